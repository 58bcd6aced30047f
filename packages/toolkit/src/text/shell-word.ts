/** Characters that no shell interprets. `~` is excluded, because shells expand it at the start of a word. */
const plainWord = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/**
 * Quotes a text as one word of a POSIX shell (XCU, "Quoting") where that is necessary. Messages recommend commands that
 * people copy, and names of files, projects and images in them are chosen by others.
 */
export function shellWord(text: string): string {
  return plainWord.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns the command that runs a task, such as `app:build`, quoted for a shell. ESLint rejects other ways to write it. */
export function nxRun(task: string): string {
  // eslint-disable-next-line no-restricted-syntax -- this is the one place
  return `nx run ${shellWord(task)}`;
}
