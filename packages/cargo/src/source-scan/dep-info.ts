/** What a build read, as rustc or cargo wrote it down. */
export interface DepInfo {
  /** As written: absolute, or relative to the folder that the compiler ran in. */
  readonly files: readonly string[];
  /** The variables that `env!` and `option_env!` read, with their values; undefined where one was not set. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

const variablePrefix = '# env-dep:';

/**
 * Reads a `.d` file: rules of make with escaped spaces, then `# env-dep:NAME=value` lines (rustc's
 * `write_out_deps` and Cargo's `fingerprint/dep_info.rs` write and read it so).
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
      // A drive's colon on Windows has no space behind it; a rule without prerequisites only names a file.
      const colon = line.indexOf(': ');
      if (colon >= 0) for (const file of splitFiles(line.slice(colon + 2))) files.add(file);
    }
  }
  return { files: [...files], variables };
}

/** Spaces part the files, unless a backslash stands before one; any other backslash is itself. */
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
