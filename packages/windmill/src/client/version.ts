/** What a version text says against a server. */
export function doubts(version: string): string[] {
  if (!/^(?:CE|EE) v\d+\.\d+\.\d+/.test(version)) {
    return [
      `the server's version is \`${version}\`: a binary built without a version tag waits for its last migration for ever, and accepts no job`,
    ];
  }
  return [];
}
