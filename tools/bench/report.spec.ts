import { expect, it } from 'vitest';
import { render } from './report.ts';

it('escapes in Markdown what separates columns', () => {
  const sheet = { title: 'Releases', head: ['way', 'seconds'], rows: [['tar | gzip -6', '1.00']] };
  expect(render([sheet], true).split('\n').at(-1)).toBe('| tar \\| gzip -6 | 1.00 |');
});
