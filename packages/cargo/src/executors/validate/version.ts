/**
 * Returns whether a program's output contains no version number: without tags, `git describe` prints only a commit or
 * nothing, and programs print that as their version.
 */
export function isNoVersion(output: string): boolean {
  if (/\bunknown[-_ ]version\b|\bversion[:= ]+unknown\b/i.test(output)) return true;
  const hasNumber = /\d+\.\d+/.test(output);
  // A full or abbreviated commit id, as `git describe --always` prints it.
  const hasCommit =
    /(?:^|[\sv(=])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?:-dirty|-modified)?(?=$|[\s),])/m.test(
      output,
    );
  return hasCommit && !hasNumber;
}
