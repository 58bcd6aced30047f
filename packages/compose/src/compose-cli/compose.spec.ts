import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Engine } from '../engine/engine.js';
import { Compose } from './compose.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'));
  // An engine that prints the environment in which it runs.
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nenv\n');
  chmodSync(join(folder, 'docker'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each([
  ['only the user lets it', {}, 'false'],
  [
    'the user does',
    { COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'true', COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'true' },
    'true',
  ],
])('Compose fetches what files include from servers where %s', async (_, variables, expected) => {
  const engine = new Engine('docker', { PATH: process.env.PATH ?? '', ...variables });
  const subject = { projectName: 'x', folder, files: ['compose.yaml'], envFiles: [], profiles: [] };
  const { stdout } = await new Compose(engine, subject).run(['config']);
  const settings = stdout.split('\n').filter((line) => line.startsWith('COMPOSE_EXPERIMENTAL_'));
  expect(settings.sort()).toEqual([
    `COMPOSE_EXPERIMENTAL_GIT_REMOTE=${expected}`,
    `COMPOSE_EXPERIMENTAL_OCI_REMOTE=${expected}`,
  ]);
});
