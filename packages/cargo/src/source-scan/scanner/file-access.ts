import type { Reading } from '../tokens/reading.js';

/** Functions and methods that open a path or check that it exists, and which operand is the path. */
export const readers: Readonly<Record<string, 'argument' | 'receiver' | 'either'>> = {
  canonicalize: 'either',
  copy: 'argument',
  exists: 'either',
  glob: 'argument',
  hard_link: 'argument',
  is_dir: 'receiver',
  is_file: 'receiver',
  is_symlink: 'receiver',
  metadata: 'either',
  open: 'argument',
  read: 'argument',
  read_dir: 'either',
  read_link: 'either',
  read_to_string: 'argument',
  symlink_metadata: 'either',
  try_exists: 'receiver',
};

/** Functions of `std::fs` that only write. */
const writers = new Set(
  `create create_dir create_dir_all create_new remove_dir remove_dir_all remove_file rename set_permissions write`.split(
    /\s+/,
  ),
);

/** Names by which code accesses files and programs. */
export const fileAccessNames = new Set([
  'Command',
  'File',
  'OpenOptions',
  'WalkDir',
  'fs',
  'glob',
  'read_dir',
  'read_to_string',
  'walkdir',
]);

/** Returns whether the other rules handle this use of a file access name. */
export function isUnderstood(reading: Reading, index: number, name: string): boolean {
  if (isImported(reading, index)) return true;
  if (name === 'fs' || name === 'File' || name === 'Command' || name === 'WalkDir' || name === 'walkdir') {
    const member = reading.is(index + 1, ':') ? reading.identifier(index + 3) : undefined;
    if (member === undefined) return name !== 'fs' && !reading.is(index + 1, ':');
    if (member === 'File' || member === 'OpenOptions' || member === 'WalkDir') return true;
    if (!reading.is(index + 4, '(')) return false;
    if (name === 'Command' || name === 'WalkDir') return member === 'new';
    return writers.has(member) || Object.hasOwn(readers, member);
  }
  return reading.is(index + 1, '(') && (name === 'read_dir' || name === 'read_to_string' || name === 'glob');
}

/** Returns whether a `use … as` hides a reader, as in `use std::fs::read_to_string as slurp`. */
export function isRenamed(reading: Reading, index: number): boolean {
  const before = reading.identifier(index - 1);
  return (
    before !== undefined &&
    before !== 'self' &&
    isImported(reading, index) &&
    (fileAccessNames.has(before) || Object.hasOwn(readers, before))
  );
}

/** Returns whether an index is in a `use` declaration, which reads nothing. */
function isImported(reading: Reading, index: number): boolean {
  for (let at = index - 1; at >= 0 && at > index - 64; at--) {
    if (reading.is(at, 'use')) return true;
    if (reading.is(at, ';') || reading.is(at, ')') || reading.is(at, '=')) return false;
  }
  return false;
}
