/**
 * Whether what a program prints of its version is none: sources without tags give `git describe` a commit alone, or
 * nothing at all, which programs then print.
 */
export function isNoVersion(output: string): boolean {
  if (/\bunknown[-_ ]version\b|\bversion[:= ]+unknown\b/i.test(output)) return true;
  const hasNumber = /\d+\.\d+/.test(output);
  // A whole or short commit id, as git describes one without a tag.
  const hasCommit =
    /(?:^|[\sv(=])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?:-dirty|-modified)?(?=$|[\s),])/m.test(
      output,
    );
  return hasCommit && !hasNumber;
}
