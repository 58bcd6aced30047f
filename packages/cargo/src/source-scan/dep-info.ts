/** The reads of a compilation, as recorded by rustc or cargo. */
export interface DepInfo {
  /** As recorded: absolute, or relative to the compiler's working folder. */
  readonly files: readonly string[];
  /** The variables that `env!` and `option_env!` read, with their values; undefined if not set. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

const variablePrefix = '# env-dep:';

/**
 * Parses a `.d` file: make rules with escaped spaces, then `# env-dep:NAME=value` lines (format: rustc's
 * `write_out_deps`, Cargo's `fingerprint/dep_info.rs`).
 */
export function parseDepInfo(text: string): DepInfo {
  const files = new Set<string>();
  const variables = new Map<string, string | undefined>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(variablePrefix)) {
      const pair = line.slice(variablePrefix.length);
      const equals = pair.indexOf('=');
      const name = unescapeVariable(equals < 0 ? pair : pair.slice(0, equals));
      variables.set(name, equals < 0 ? undefined : unescapeVariable(pair.slice(equals + 1)));
    } else if (!line.startsWith('#')) {
      // The colon of a Windows drive is not followed by a space, nor is that of a rule without prerequisites.
      const colon = line.indexOf(': ');
      if (colon >= 0) for (const file of splitFiles(line.slice(colon + 2))) files.add(file);
    }
  }
  return { files: [...files], variables };
}

/** Splits at spaces that are not escaped by a backslash; other backslashes are literal. */
function splitFiles(list: string): string[] {
  return list
    .split(/(?<!\\) +/)
    .filter((file) => file !== '')
    .map((file) => file.replaceAll('\\ ', ' '));
}

function unescapeVariable(text: string): string {
  return text.replace(/\\([\\nr])/g, (_, letter: string) => {
    return letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\';
  });
}
