import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBinary, findWorkspace } from './ensure-binary.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windmill-binary-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** A workspace whose Nx is a shell script. */
function workspace(script: string, command = 'node_modules/.bin/nx'): void {
  write('nx.json', '{}');
  write(command, `#!/bin/sh\n${script}\n`);
}

const target = 'windmill-backend:build:release';

/** Ensures a binary in the workspace, from a folder in it. @returns the error, and what Nx printed */
async function ensure(binaryTarget: string | undefined = target) {
  const lines: string[] = [];
  const folder = join(root, 'services/api');
  mkdirSync(folder, { recursive: true });
  const config = { binaryPath: join(root, 'artifacts/windmill'), binaryTarget };
  const build = {
    folder,
    log: (line: string) => {
      lines.push(line);
    },
    signal: new AbortController().signal,
  };
  const error: unknown = await ensureBinary(config, build).catch((thrown: unknown) => thrown);
  return { error, lines };
}

describe('the binary of a supervised server', () => {
  it('is built by its Nx target in the workspace, and checked afterwards', async () => {
    workspace('mkdir artifacts && printf "#!/bin/sh" > artifacts/windmill && echo "$PWD: $*"');
    const { error, lines } = await ensure();
    expect(lines).toEqual([`${root}: run ${target}`]);
    expect(error).toMatchObject({
      code: 'BINARY_UNUSABLE',
      why: expect.stringContaining('script') as string,
    });
  });

  it('is not used if the target fails, though an older one is there', async () => {
    workspace('echo "error: could not compile" >&2; exit 1');
    write('artifacts/windmill', '');
    const { error } = await ensure();
    expect(error).toMatchObject({
      code: 'BINARY_BUILD_FAILED',
      why: 'Nx ended with 1',
      output: 'error: could not compile',
      remedy: `run \`nx run ${target}\` in ${root}, and fix what it reports`,
    });
  });

  it('that is missing outside a workspace is an error with the command to run', async () => {
    const { error } = await ensure();
    expect(error).toMatchObject({
      code: 'BINARY_UNUSABLE',
      why: expect.stringContaining('not in an Nx workspace') as string,
      remedy: `run \`nx run ${target}\` in the workspace that has this target`,
    });
  });

  it('is checked as it is if Nx is not installed', async () => {
    write('nx.json', '{}');
    write('artifacts/windmill', '#!/bin/sh\n');
    expect((await ensure()).error).toMatchObject({ why: expect.stringContaining('script') as string });
  });
});

it('a workspace without a package.json has its own installation of Nx', () => {
  workspace('', '.nx/installation/node_modules/.bin/nx');
  expect(findWorkspace(join(root, 'a/b'))).toEqual({
    root,
    command: join(root, '.nx/installation/node_modules/.bin/nx'),
  });
});
