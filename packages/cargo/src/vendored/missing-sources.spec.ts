import { expect, it } from 'vitest';
import { missingSourcesError } from './missing-sources.js';

const folder = 'x; touch ran';

it.each([
  ['a submodule', `[submodule "x"]\n\tpath = ${folder}\n`],
  ['no submodule', ''],
])('recommends a command in which the name of a folder is one word: %s', (_, gitmodules) => {
  const { remedy } = missingSourcesError(folder, gitmodules);
  expect(remedy).toContain(`'${folder}'`);
  expect(remedy.replaceAll(`'${folder}'`, '')).not.toContain('touch');
});
