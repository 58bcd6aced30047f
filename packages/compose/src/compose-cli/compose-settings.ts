import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readText, writeFileAtomically } from '@millwright/toolkit';
import { listedFiles } from '../manifests/discovery.js';
import { Compose } from './compose.js';
import type { Engine } from '../engine/engine.js';
import type { Environment } from '../engine/environment.js';
import { parseConfig } from './model.js';

/** Compose settings that environment variables define for a folder, used if no argument overrides them. */
export interface ComposeSettings {
  /** Absolute paths of the files in COMPOSE_FILE. Undefined if the variable is unset or empty. */
  readonly files: readonly string[] | undefined;
  /** Environment files that Compose reads in addition to the default one. */
  readonly envFiles: readonly string[];
  /** True if COMPOSE_PROJECT_NAME is set. */
  readonly namesProject: boolean;
}

/**
 * Returns the variables of the environment files that Compose reads in a folder: `.env`, or the files in
 * COMPOSE_ENV_FILES.
 */
export function dotEnvOf(folder: string, environment: Environment): Environment {
  const named = environment.COMPOSE_ENV_FILES;
  const files = named ? named.split(',') : ['.env'];
  const texts = files.map((file) => readText(resolve(folder, file)) ?? '');
  // Sufficient for names and for finding secrets. Only Compose knows how it expands `$`.
  return Object.assign({}, ...texts.map((text) => parseEnv(text))) as Environment;
}

/**
 * Resolves the Compose settings of a folder.
 * @param scratch a folder owned by the current user, for a temporary Compose file
 */
export async function composeSettings(
  engine: Engine,
  folder: string,
  scratch: string,
): Promise<ComposeSettings> {
  const { environment } = engine;
  const variables = { ...dotEnvOf(folder, environment), ...environment };
  const namesProject = Boolean(variables.COMPOSE_PROJECT_NAME);
  if (!variables.COMPOSE_FILE) return { files: undefined, envFiles: [], namesProject };
  const { list, separator } = await askCompose(engine, folder, scratch);
  const files = listedFiles(list, separator).map((file) => resolve(folder, file));
  const elsewhere = dirname(files[0] ?? '');
  // Compose reads the .env that sets COMPOSE_FILE, then the one beside the first listed file. The former
  // takes precedence.
  const readsBoth =
    elsewhere !== folder && !environment.COMPOSE_FILE && environment.COMPOSE_ENV_FILES === undefined;
  const envFiles = readsBoth ? [join(elsewhere, '.env'), join(folder, '.env')] : [];
  return { files, envFiles: envFiles.filter((file) => readText(file) !== undefined), namesProject };
}

/** Asks Compose to expand the variables, because only Compose knows how it parses `.env` files. */
async function askCompose(engine: Engine, folder: string, scratch: string) {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const queryFile = join(scratch, 'settings.yaml');
  const query = { 'x-list': '${COMPOSE_FILE-}', 'x-separator': '${COMPOSE_PATH_SEPARATOR-}', services: {} };
  // JSON is YAML.
  writeFileAtomically(queryFile, JSON.stringify(query), 0o600);
  const subject = { projectName: undefined, folder, files: [queryFile], envFiles: [], profiles: [] };
  const args = ['--project-directory', folder, 'config', '--format', 'json'];
  const { exitCode, stdout } = await new Compose(engine, subject).run(args);
  // If the environment files are invalid, Compose reports it again when it reads the stack.
  const answer = (exitCode === 0 ? parseConfig(stdout) : {}) as Record<string, string | undefined>;
  return { list: answer['x-list'] ?? '', separator: answer['x-separator'] };
}
