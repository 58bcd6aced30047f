import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostPlatform, temporaryFolder } from '@millwright/toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverArtifact, type DeliveryRequest } from './deliver.js';

let root: string;
beforeEach(() => {
  root = temporaryFolder('deliver');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const { platform, objectArchitecture } = hostPlatform();
const format = process.platform === 'win32' ? 'pe' : process.platform === 'darwin' ? 'mach-o' : 'elf';
const runsHere = { architecture: objectArchitecture, format, libc: undefined, glibc: undefined } as const;

const request = (changes: Partial<DeliveryRequest> = {}): DeliveryRequest => ({
  ...{ source: process.execPath, workspaceRoot: root, project: 'mill', isProject: () => true },
  ...{ name: 'mill', target: platform, configuration: 'release', outputPath: undefined },
  ...{ expected: runsHere, version: { crate: 'mill' } },
  ...changes,
});

describe('deliverArtifact', () => {
  it('places a file with its side files by platform, or in a custom folder', async () => {
    const placed = await deliverArtifact(request());
    expect(placed.path).toBe(join(root, 'artifacts', platform, 'mill'));
    expect(JSON.parse(readFileSync(`${placed.path}.version`, 'utf8'))).toMatchObject({
      crate: 'mill',
      project: 'mill',
    });
    expect((await deliverArtifact(request({ outputPath: 'bin' }))).path).toBe(join(root, 'bin/mill'));
  });

  it('rejects a file that cannot run, and places nothing', async () => {
    const expected = { ...runsHere, architecture: 'vax' };
    await expect(deliverArtifact(request({ expected }))).rejects.toMatchObject({
      code: 'ARTIFACT_REFUSED',
      what: `mill cannot run on ${platform}`,
    });
    expect(existsSync(join(root, 'artifacts'))).toBe(false);
  });

  it('checks only files that a system loads as object files', async () => {
    mkdirSync(join(root, 'target'));
    const source = join(root, 'target/mill.wasm');
    writeFileSync(source, '\0asm');
    await expect(deliverArtifact(request({ source }))).rejects.toMatchObject({ code: 'OBJECT_FILE_INVALID' });
    const target = 'wasm32-unknown-unknown';
    const placed = await deliverArtifact(
      request({ source, name: 'mill.wasm', target, expected: undefined, mode: 0o644 }),
    );
    expect(placed.path).toBe(join(root, 'artifacts', target, 'mill.wasm'));
  });
});
