import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readText, writeFileAtomically } from '@millwright/toolkit';
import { listedFiles } from '../manifests/discovery.js';
import { Compose } from './compose.js';
import type { Engine } from '../engine/engine.js';
import type { Environment } from '../engine/environment.js';
import { parseConfig } from './model.js';

/** What variables tell Compose to run in a folder, where nothing is told by arguments. */
export interface ComposeSettings {
  /** The files of COMPOSE_FILE, absolute; undefined where that has no value. */
  readonly files: readonly string[] | undefined;
  /** Files of variables that Compose would read beside its usual one. */
  readonly envFiles: readonly string[];
  /** Whether COMPOSE_PROJECT_NAME has a value. */
  readonly namesProject: boolean;
}

/** The variables of the files that Compose reads in a folder: `.env`, or those that COMPOSE_ENV_FILES names. */
export function dotEnvOf(folder: string, environment: Environment): Environment {
  const named = environment.COMPOSE_ENV_FILES;
  const files = named ? named.split(',') : ['.env'];
  const texts = files.map((file) => readText(resolve(folder, file)) ?? '');
  // For the names, and for what values look like: how `$` is expanded, only Compose knows.
  return Object.assign({}, ...texts.map((text) => parseEnv(text))) as Environment;
}

/** @param scratch a folder of this user's, for a file that is handed to Compose */
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
  // Compose reads the .env that names the files, and then the one beside the first of them; the former counts more.
  const readsBoth =
    elsewhere !== folder && !environment.COMPOSE_FILE && environment.COMPOSE_ENV_FILES === undefined;
  const envFiles = readsBoth ? [join(elsewhere, '.env'), join(folder, '.env')] : [];
  return { files, envFiles: envFiles.filter((file) => readText(file) !== undefined), namesProject };
}

/** Only Compose itself knows what its `.env` files say. */
async function askCompose(engine: Engine, folder: string, scratch: string) {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const question = join(scratch, 'settings.yaml');
  const asked = { 'x-list': '${COMPOSE_FILE-}', 'x-separator': '${COMPOSE_PATH_SEPARATOR-}', services: {} };
  // JSON is YAML.
  writeFileAtomically(question, JSON.stringify(asked), 0o600);
  const subject = { projectName: undefined, folder, files: [question], envFiles: [], profiles: [] };
  const args = ['--project-directory', folder, 'config', '--format', 'json'];
  const { exitCode, stdout } = await new Compose(engine, subject).run(args);
  // What is wrong with the variables' files, Compose says again when it reads the stack.
  const answer = (exitCode === 0 ? parseConfig(stdout) : {}) as Record<string, string | undefined>;
  return { list: answer['x-list'] ?? '', separator: answer['x-separator'] };
}
