import { isPath } from '../config/paths.js';

/** A script in a folder that Windmill's command line synchronizes. */
export interface ScriptFile {
  /** Its path in Windmill, such as `f/reports/weekly`. */
  readonly path: string;
  /** Windmill's name of its language. */
  readonly language: string;
  /** The file with the code, relative to the folder. */
  readonly file: string;
  /** The file with summary and schema, relative to the folder. */
  readonly metadata: string | undefined;
}

/** Endings of code and their languages, as Windmill's command line writes them; the longest that fits wins. */
const endings: Readonly<Record<string, string>> = {
  '.fetch.ts': 'nativets',
  '.bun.ts': 'bun',
  '.deno.ts': 'deno',
  '.py': 'python3',
  '.go': 'go',
  '.sh': 'bash',
  '.ps1': 'powershell',
  '.pg.sql': 'postgresql',
  '.my.sql': 'mysql',
  '.bq.sql': 'bigquery',
  '.sf.sql': 'snowflake',
  '.ms.sql': 'mssql',
  '.odb.sql': 'oracledb',
  '.duckdb.sql': 'duckdb',
  '.sql': 'postgresql',
  '.gql': 'graphql',
  '.php': 'php',
  '.rs': 'rust',
  '.cs': 'csharp',
  '.playbook.yml': 'ansible',
  '.nu': 'nu',
  '.java': 'java',
  '.rb': 'ruby',
  '.r': 'rlang',
};

/** Folders whose files belong to a flow, an app, or a script with several files. */
const inner = /(?:\.|__)(?:flow|app|raw_app|mod)\//;

/** Where the main file of a script with several files is, after its name. */
const entry = /__mod\/script(?=\.[^/]+$)/;

/**
 * Finds the scripts of a folder: a file with code, and beside it `name.script.yaml` (or `.json`). A script with several files may
 * be in the folder `name__mod`, as `script.ts` and `script.yaml`.
 * @param files all files, relative to the folder, with `/`
 * @param defaultTs the language of `.ts` files (`defaultTs` in wmill.yaml)
 * @returns the scripts by path, and files with metadata that have no code beside them
 */
export function scriptsIn(
  files: readonly string[],
  defaultTs: 'bun' | 'deno',
): { readonly scripts: readonly ScriptFile[]; readonly orphans: readonly string[] } {
  const all = new Set(files);
  const table = Object.entries({ ...endings, '.ts': defaultTs }).sort(
    ([one], [other]) => other.length - one.length,
  );
  const scripts = new Map<string, ScriptFile>();
  for (const file of [...files].sort()) {
    const named = file.replace(entry, '');
    if (!/^[ufg]\//.test(file) || inner.test(named)) continue;
    const found = table.find(([ending]) => file.endsWith(ending));
    if (found === undefined) continue;
    const path = named.slice(0, -found[0].length);
    const candidates = named === file ? metadataEndings.map((ending) => path + ending) : moduleMetadata(path);
    const metadata = candidates.find((name) => all.has(name));
    if (!isPath(path) || (metadata === undefined && scripts.has(path))) continue;
    const known = scripts.get(path);
    if (known?.metadata !== undefined) continue;
    scripts.set(path, { path, language: found[1], file, metadata });
  }
  const used = new Set([...scripts.values()].map(({ metadata }) => metadata));
  const orphans = files.filter((file) => isMetadata(file) && !used.has(file)).sort();
  return { scripts: [...scripts.values()].sort((one, other) => (one.path < other.path ? -1 : 1)), orphans };
}

const metadataEndings = ['.script.yaml', '.script.json'] as const;

function moduleMetadata(path: string): string[] {
  return ['yaml', 'json'].map((ending) => `${path}__mod/script.${ending}`);
}

function isMetadata(file: string): boolean {
  return (
    /^[ufg]\//.test(file) && !inner.test(file) && metadataEndings.some((ending) => file.endsWith(ending))
  );
}
