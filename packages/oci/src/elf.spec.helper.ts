/**
 * Returns a static ELF executable without segments (elf(5)), which is enough for the checks of an image.
 * @param machine 62 for x86-64, 183 for aarch64
 * @param content distinguishes binaries
 */
export function staticElf(machine: 62 | 183, content = ''): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // an executable
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(64, 58);
  return Buffer.concat([header, Buffer.from(content)]);
}
