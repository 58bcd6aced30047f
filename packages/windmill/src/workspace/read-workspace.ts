import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  isMapping,
  readText,
  type ReadOptions,
  unlessTooDeep,
  yamlOptions,
  yamlProblem,
} from '@millwright/toolkit';
import { minimatch } from 'minimatch';
import { LineCounter, parseDocument } from 'yaml';
import { windmillError } from '../errors.js';
import type { ScriptSource } from '../script-types/generate.js';
import { scriptsIn } from './layout.js';

/** The file that marks a folder which Windmill's command line synchronizes. */
export const workspaceFile = 'wmill.yaml';

/**
 * Reads the scripts of a folder that Windmill's command line synchronizes.
 * @param root the absolute path of the folder; files outside it are not read, even through links
 * @returns the scripts, and one sentence for each file that was left out
 * @throws WORKSPACE_FILE_INVALID for YAML that does not parse
 */
export function readWorkspace(root: string): {
  readonly scripts: readonly ScriptSource[];
  readonly ignored: readonly string[];
} {
  const options: ReadOptions = { within: [root] };
  const read = (file: string) => readText(join(root, file), options);
  const configuration = parseYaml(read(workspaceFile) ?? '', workspaceFile);
  const defaultTs = isMapping(configuration) && configuration.defaultTs === 'deno' ? 'deno' : 'bun';
  const includes = patternsOf(configuration, 'includes') ?? ['f/**'];
  const excludes = patternsOf(configuration, 'excludes') ?? [];
  const fits = (file: string) => (pattern: string) => minimatch(file, pattern, { dot: true });
  const files = ['f', 'g', 'u']
    .flatMap((folder) => filesBelow(root, folder))
    .filter((file) => includes.some(fits(file)) && !excludes.some(fits(file)));
  const { scripts, orphans } = scriptsIn(files, defaultTs);
  const sources = scripts.flatMap(({ path, language, file, metadata }): ScriptSource[] => {
    const code = read(file);
    if (code === undefined) return [];
    const text = metadata === undefined ? undefined : read(metadata);
    return [
      { path, language, code, metadata: text === undefined ? undefined : parseYaml(text, metadata ?? '') },
    ];
  });
  return {
    scripts: sources,
    ignored: orphans.map((file) => `${file} was ignored: there is no code beside it`),
  };
}

/** A list of globs in wmill.yaml. A list without entries counts as none. */
function patternsOf(configuration: unknown, key: string): readonly string[] | undefined {
  const value = isMapping(configuration) ? configuration[key] : undefined;
  const patterns = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return patterns.length === 0 ? undefined : patterns;
}

function filesBelow(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(root, path);
      return entry.isFile() ? [path] : [];
    });
  } catch {
    return [];
  }
}

function parseYaml(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = unlessTooDeep(() =>
    parseDocument(text, { ...yamlOptions, lineCounter, logLevel: 'silent' }),
  );
  const [error] = document?.errors ?? [];
  const problem =
    error === undefined && document !== undefined ? yamlProblem(document.contents, text.length) : undefined;
  const offset = error?.pos[0] ?? problem?.offset ?? 0;
  const why = document === undefined ? 'it is nested too deeply' : (error?.message ?? problem?.message);
  if (why !== undefined) {
    throw windmillError('WORKSPACE_FILE_INVALID', {
      what: `${file} is not valid`,
      why,
      location: { file, line: lineCounter.linePos(offset).line },
    });
  }
  return document?.toJS({ maxAliasCount: 1_000 }) as unknown;
}
