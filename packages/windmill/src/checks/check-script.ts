import type { Checker, CodeProblem } from './types.js';

const typescript = async (): Promise<Checker> => (await import('./typescript.js')).checkTypescript;

/** Loads the checker of a language. Parsers are large, so each is loaded when it is first used. */
const checkers: Readonly<Record<string, () => Promise<Checker>>> = {
  python3: async () => (await import('./python.js')).checkPython,
  bun: typescript,
  bunnative: typescript,
  deno: typescript,
  nativets: typescript,
  bash: async () => (await import('./bash.js')).checkBash,
  postgresql: async () => (await import('./postgresql.js')).checkPostgresql,
};

/** What a check of a script found. */
export interface ScriptReport {
  /** Windmill's name of the language. */
  readonly language: string;
  /** False if there is no checker for the language, as for MySQL: the server then reports mistakes when the script runs. */
  readonly isChecked: boolean;
  readonly problems: readonly CodeProblem[];
}

/**
 * Checks the size and the syntax of a script without running it.
 * @param own checkers by language, which take the place of those of this package
 * @param limit bytes that the code may have
 */
export async function checkScript(
  { language, content }: { readonly language: string; readonly content: string },
  own: Readonly<Record<string, Checker>>,
  limit: number,
): Promise<ScriptReport> {
  const size = Buffer.byteLength(content);
  if (size > limit) {
    const message = `the code has ${size} bytes, and \`maxScriptSize\` allows ${limit}`;
    return { language, isChecked: true, problems: [{ line: 1, column: 1, message }] };
  }
  const check = Object.hasOwn(own, language) ? own[language] : await loaded(language);
  if (check === undefined) return { language, isChecked: false, problems: [] };
  return { language, isChecked: true, problems: await check(content) };
}

async function loaded(language: string): Promise<Checker | undefined> {
  return Object.hasOwn(checkers, language) ? checkers[language]?.() : undefined;
}
