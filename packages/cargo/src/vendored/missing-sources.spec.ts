import { expect, it } from 'vitest';
import { missingSourcesError } from './missing-sources.js';

const folder = 'x; touch ran';

it.each([
  ['a submodule', `[submodule "x"]\n\tpath = ${folder}\n`],
  ['no submodule', ''],
])('quotes a folder name in the recommended command: %s', (_, gitmodules) => {
  const { remedy } = missingSourcesError(folder, gitmodules);
  expect(remedy).toContain(`'${folder}'`);
  expect(remedy.replaceAll(`'${folder}'`, '')).not.toContain('touch');
});
