import { artifactError } from '../errors.js';
import { expect, it } from 'vitest';
import { writeError } from './faults.js';

it.each([
  ['EACCES', 'ARTIFACTS_NOT_WRITABLE'],
  ['EPERM', 'ARTIFACTS_NOT_WRITABLE'],
  ['EROFS', 'ARTIFACTS_NOT_WRITABLE'],
  ['ENOTDIR', 'ARTIFACTS_NOT_WRITABLE'],
  ['ENOSPC', 'ARTIFACTS_DISK_FULL'],
  ['EDQUOT', 'ARTIFACTS_DISK_FULL'],
  ['EISDIR', 'ARTIFACTS_DESTINATION_IS_FOLDER'],
  ['EIO', 'ARTIFACTS_NOT_WRITABLE'],
])('converts %s to %s, and names the path', (errno, code) => {
  const cause = Object.assign(new Error(`${errno}: from the system`), { code: errno });
  const error = writeError('/place/x', cause);
  expect(error).toMatchObject({ code, cause });
  expect(error.what).toContain('/place/x');
});

it("keeps the system's message of an unknown error", () => {
  expect(writeError('x', new Error('EIO: bad block')).why).toBe('EIO: bad block');
});

it('passes on a MillwrightError', () => {
  const explained = artifactError('ARTIFACTS_LOCKED', { what: 'a', why: 'b' });
  expect(writeError('x', explained)).toBe(explained);
});
