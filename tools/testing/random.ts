/** Returns a pseudo-random number in [0, 1) for an index and purpose. Equal on every machine. */
export function randomOf(index: number, purpose: string): number {
  // FNV-1a, then the finalizer of MurmurHash3: adjacent indexes result in unrelated numbers.
  let hash = 0x811c9dc5;
  for (const character of `${purpose}/${index}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
