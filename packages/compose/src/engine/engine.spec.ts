import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from './engine.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  for (const name of ['docker', 'podman']) {
    writeFileSync(join(folder, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const silent = { why: 'no error message was printed' };

it('reports a cause if the engine fails without a message', async () => {
  const docker = new Engine('docker', { PATH: folder });
  await expect(docker.facts()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', ...silent });
  await expect(docker.requireCompose()).rejects.toMatchObject({ code: 'ENGINE_MISSING', ...silent });
  await expect(docker.ask(['ps'])).rejects.toMatchObject({ code: 'ENGINE_LOST', ...silent });
});

it('reports a cause if a command fails without a message and the engine responds', async () => {
  class Responding extends Engine {
    override answers(): Promise<boolean> {
      return Promise.resolve(true);
    }
  }
  const docker = new Responding('docker', { PATH: folder });
  await expect(docker.ask(['ps'])).rejects.toMatchObject({ code: 'STACK_FAILED', ...silent });
});

it('names what podman compose requires if podman fails without a message', async () => {
  const podman = new Engine('podman', { PATH: folder });
  await expect(podman.requireCompose()).rejects.toMatchObject({
    code: 'ENGINE_MISSING',
    why: '`podman compose` requires podman 4.7 or newer, and docker-compose; podman reports: no error message was printed',
  });
});
