import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readObjectFile } from '@millwright/object-file';
import { hostPlatform, run, temporaryFolder } from '@millwright/toolkit';
import { describeWithTool } from '@millwright/toolkit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildGo } from './build.js';

describeWithTool(describe, ['go'], 'a build without Nx', () => {
  let root: string;
  let module: string;
  beforeEach(() => {
    root = temporaryFolder('go-build');
    module = join(root, 'mill');
    mkdirSync(join(module, 'cmd/mill'), { recursive: true });
    writeFileSync(join(module, 'go.mod'), 'module example.com/mill\n\ngo 1.21\n');
    writeFileSync(join(module, 'cmd/mill/main.go'), 'package main\n\nfunc main() { println("it runs") }\n');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const packages = { mill: './cmd/mill' };

  it('places a working program for the host with its side files', async () => {
    const { platform } = hostPlatform();
    const [placed, ...others] = await buildGo({ module, workspace: root, options: { packages } });
    expect(others).toEqual([]);
    const path = join(root, 'artifacts', platform, 'mill');
    expect(placed?.path).toBe(path);
    expect((await run(path, [])).stderr).toBe('it runs');
    expect(readFileSync(`${path}.sha256`, 'utf8')).toBe(`${placed?.sha256 ?? ''}  mill\n`);
    expect(JSON.parse(readFileSync(`${path}.version`, 'utf8'))).toMatchObject({
      ...{ package: './cmd/mill', platform, project: 'standalone', executable: true },
    });
  });

  it('builds for another platform into the requested folder', async () => {
    const options = { packages, platform: 'windows/arm64', outputPath: 'bin' } as const;
    const [placed] = await buildGo({ module, options });
    expect(placed?.path).toBe(join(module, 'bin/mill.exe'));
    expect(await readObjectFile(join(module, 'bin/mill.exe'))).toMatchObject({
      ...{ format: 'pe', architectures: ['aarch64'] },
    });
  });

  it('throws an error with a code and places nothing if the code does not compile', async () => {
    writeFileSync(join(module, 'cmd/mill/main.go'), 'package main\n\nfunc main() { nothing() }\n');
    await expect(buildGo({ module, options: { packages } })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
    });
    expect(existsSync(join(module, 'artifacts'))).toBe(false);
    await expect(
      buildGo({ module, options: { packages, profile: 'fast' as 'release' } }),
    ).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
