import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@millwright/toolkit';
import { expect, it } from 'vitest';
import { readBuiltFile } from './built-file.js';

it('reads an object file, and rejects anything else with an error code', async () => {
  expect(await readBuiltFile(process.execPath)).toMatchObject({ kind: 'executable' });
  const text = join(temporaryFolder('built-file'), 'text');
  writeFileSync(text, 'no program');
  await expect(readBuiltFile(text)).rejects.toMatchObject({
    code: 'OBJECT_FILE_INVALID',
    what: `${text} cannot be read as an object file`,
    why: 'it is text, not an ELF, Mach-O or PE file',
  });
});
