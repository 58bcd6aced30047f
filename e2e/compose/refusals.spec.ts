import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, isGone, leftovers } from './engine.ts';
import { checked, compile, mill, MillWorkspace, service, tooNew } from './mill.ts';

let workspace: MillWorkspace | undefined;
afterEach(() => {
  workspace?.remove();
  workspace = undefined;
});

const plain = { grinder: service() };

function fresh(
  services: Readonly<Record<string, string>> = plain,
  more?: { mounted?: string[]; rest?: string },
) {
  workspace = new MillWorkspace(services, more);
  return workspace;
}

function needingLibrary(): { binary: string; library: string } {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-library-'));
  const library = join(folder, 'libquern.so.1');
  writeFileSync(join(folder, 'quern.c'), 'int quern(void) { return 0; }');
  execFileSync('cc', ['-shared', '-Wl,-soname,libquern.so.1', '-o', library, join(folder, 'quern.c')]);
  const source = 'int quern(void); int main(void) { return quern(); }';
  return { binary: compile(source, 'cc', library), library };
}

/**
 * The header of a Mach-O program for arm64 without load commands (loader.h: magic, CPU, type MH_EXECUTE).
 */
function machO(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'millwright-macho-')), 'mill');
  const head = Buffer.alloc(32);
  for (const [index, word] of [0xfeedfacf, 0x0100000c, 0, 2, 0, 0, 0x85, 0].entries())
    head.writeUInt32LE(word, index * 4);
  writeFileSync(path, head);
  return path;
}

const foreign =
  process.arch === 'arm64'
    ? { compiler: 'x86_64-linux-gnu-gcc', name: 'x86_64', own: 'aarch64' }
    : { compiler: 'aarch64-linux-gnu-gcc', name: 'aarch64', own: 'x86_64' };

describeWithEngine('before anything starts', () => {
  const refusals: [what: string, prepare: (workspace: MillWorkspace) => void, says: string[]][] = [
    [
      'a foreign architecture without emulation',
      (one) => {
        one.place(mill('one', foreign.compiler));
      },
      ['MOUNT_ARCHITECTURE_REFUSED', `built for ${foreign.name}; the container engine runs ${foreign.own}`],
    ],
    [
      'Mach-O',
      (one) => {
        one.place(machO());
      },
      ['MOUNT_FORMAT_REFUSED', 'Mach-O, the format of macOS'],
    ],
    [
      'a glibc that is too new',
      (one) => {
        one.place(tooNew());
      },
      [
        'error[MOUNT_GLIBC_TOO_NEW]: artifacts/linux/amd64/mill requires glibc 2.99, but debian:bookworm-slim has 2.36',
        'mill_of_tomorrow (GLIBC_2.99)',
        '`glibc: "2.36"` or `libc: "musl"`',
      ],
    ],
    [
      'a shared library that the image lacks',
      (one) => {
        one.place(needingLibrary().binary);
      },
      [
        'MOUNT_LIBRARY_MISSING',
        'requires libquern.so.1, which debian:bookworm-slim does not contain',
        'libraries:',
      ],
    ],
    [
      'without execute permission',
      (one) => {
        one.place(mill(), 0o644);
      },
      [
        'MOUNT_NOT_EXECUTABLE',
        'the mode of the file is 0644, without execute permission',
        'chmod +x artifacts/linux/amd64/mill',
      ],
    ],
    [
      'a missing file',
      () => undefined,
      ['MOUNT_SOURCE_MISSING', 'the file does not exist', 'nx run mill:build-linux-amd64'],
    ],
    [
      'a folder',
      (one) => {
        mkdirSync(one.artifact, { recursive: true });
      },
      ['MOUNT_SOURCE_IS_FOLDER', 'the path is a folder'],
    ],
    [
      'a script instead of a program',
      (one) => {
        const script = one.path('script');
        writeFileSync(script, '#!/bin/sh\n');
        one.place(script);
      },
      ['MOUNT_FORMAT_REFUSED', 'a script'],
    ],
  ];

  it.each(refusals)('rejects %s', (_, prepare, says) => {
    const one = fresh();
    prepare(one);
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    for (const text of says) expect(output).toContain(text);
    expect(leftovers(one.projectName)).toEqual([]);
    // Docker would have created a folder for a missing file.
    if (says[0] === 'MOUNT_SOURCE_MISSING') expect(one.exists('artifacts')).toBe(false);
  });

  it('rejects a binary whose loader is not in the image', () => {
    const one = fresh();
    one.place(compile('int main(void) { return 0; }', 'cc', '-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1'));
    const { output } = one.nx(['run', 'stack:check']);
    expect(output).toContain('MOUNT_INTERPRETER_MISSING');
    expect(output).toContain('requires /lib/ld-musl-x86_64.so.1; the image has glibc 2.36');
  });

  it('accepts a library that is mounted beside the binary and that the loader finds', async () => {
    const { binary, library } = needingLibrary();
    const one = fresh({ grinder: service('end') });
    one.write(
      'stack/compose.yaml',
      one.read('stack/compose.yaml').replace('path: /opt/mill', `path: /opt/mill, libraries: ["${library}"]`),
    );
    one.place(binary);
    const running = one.run(['run', 'stack:up']);
    await running.isUp();
    expect(running.output).toContain('exit code 0');
    await running.interrupt();
  });

  it('reports all problems at once', () => {
    const rest = 'secrets: { key: { file: ./key } }\n';
    const one = fresh({ grinder: service('serve', ['secrets: [key]']), sifter: service() }, { rest });
    one.place(mill(), 0o600);
    const { output } = one.nx(['run', 'stack:check']);
    expect(output.match(/error\[MOUNT_NOT_EXECUTABLE\]: .*/g)).toEqual([
      'error[MOUNT_NOT_EXECUTABLE]: cannot mount artifacts/linux/amd64/mill at /opt/mill in grinder, sifter',
    ]);
    expect(output).toContain('error[SECRET_MISSING]: missing file for the secret key of stack');
    expect(output).toContain('cause: file not found: stack/key');
  });

  it('rejects an image of an unreachable registry', () => {
    const one = fresh({ grinder: service().replace(/image: .*/, 'image: localhost:1/no-such-mill:1') });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[IMAGE_MISSING]: cannot pull the image localhost:1/no-such-mill:1, which is not available locally',
    );
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('rejects an engine that does not answer', () => {
    const one = fresh();
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(status).not.toBe(0);
    expect(output).toContain('error[ENGINE_UNREACHABLE]: docker is not responding');
    expect(output).toContain('systemctl start docker');
  });

  it('reports a missing engine', () => {
    const one = fresh();
    one.place(mill());
    const { output } = one.nx(['run', 'stack:up'], { PATH: process.execPath.replace(/\/node$/, '') });
    expect(output).toContain('error[ENGINE_MISSING]: docker is not installed');
  });

  it('reports the process that holds a port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const one = fresh({ grinder: service('serve', [`ports: ['127.0.0.1:${port}:80']`]) });
    one.place(mill());
    try {
      const running = one.run(['run', 'stack:up']);
      await running.ended();
      expect(running.status).not.toBe(0);
      expect(running.output).toContain(`error[PORT_IN_USE]: port ${port}, which grinder publishes, is taken`);
      expect(running.output).toMatch(new RegExp(`the process \\S+ \\(${process.pid}\\) uses it`));
      expect(leftovers(one.projectName)).toEqual([]);

      const moved = one.run(['run', 'stack:up', '--ports=auto']);
      await moved.isUp();
      expect(moved.output).toMatch(new RegExp(`127\\.0\\.0\\.1:\\d+ → 80 \\(${port} is taken: the process`));
      await moved.interrupt();
      await isGone(one.projectName);
    } finally {
      server.close();
    }
  });

  it.each([
    ['an unknown property', '    prots: [1]\n', 'stack/compose.yaml:8'],
    ['wrong indentation', '   x: 1\n', 'stack/compose.yaml:8'],
    ['an unknown dependency', '    depends_on: [nobody]\n', 'stack/compose.yaml:8'],
    ['an invalid port', "    ports: ['abc:80']\n", 'stack/compose.yaml:8'],
    ['an undefined volume', '    volumes: [flour:/flour]\n', 'stack/compose.yaml:8'],
  ])('rejects a Compose file with %s, with file and line', (_, line, place) => {
    const one = fresh({ grinder: service() + line });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toContain(`error[COMPOSE_FILE_INVALID]: invalid Compose file\n  --> ${place}\n`);
  });

  it('reports a required variable that is not set, with file and line', () => {
    const one = fresh({ grinder: service('serve', ['hostname: ${NO_SUCH_VARIABLE?a name of one word}']) });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[STACK_VARIABLE_MISSING]: the variable NO_SUCH_VARIABLE is not set\n  --> stack/compose.yaml:8\n',
    );
    expect(output).toContain('cause: the Compose file says: a name of one word');
  });

  it('rejects an unknown service', () => {
    const one = fresh(plain, { mounted: ['grindr'] });
    one.place(mill());
    const { output } = one.nx(['run', 'stack:check']);
    expect(output).toContain('error[SERVICE_UNKNOWN]: the stack stack has no service "grindr"');
    expect(output).toContain('available services: grinder');
  });
});

describeWithEngine('while it starts and runs', () => {
  it('a service that never becomes healthy', () => {
    const one = fresh({ grinder: service('idle', [checked]) });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toContain('error[SERVICE_UNHEALTHY]: the service grinder is unhealthy');
    expect(output).toContain('  mill one begins to idle');
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('a service that takes too long', () => {
    const one = fresh({ grinder: service('idle', [checked.replace('retries: 3', 'retries: 99')]) });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up', '--timeout=3']);
    expect(status).not.toBe(0);
    expect(output).toContain('error[STACK_TIMEOUT]: the stack stack was not ready within 3 seconds');
    expect(output).toContain('grinder: not healthy yet');
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('a service that crashes after it became healthy', () => {
    const one = fresh({ grinder: service('crash', [checked]), sifter: service('serve', [checked]) });
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toMatch(/grinder +healthy/);
    expect(output).toContain('error[SERVICE_ENDED]: the service grinder has exited');
    expect(output).toContain('exit code 3');
    expect(output).toContain('  the wheel broke');
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('a service that cannot be started', () => {
    const one = fresh({
      grinder: service().replace('command: [/opt/mill, serve]', 'entrypoint: [/opt/millet]'),
    });
    one.place(mill());
    chmodSync(one.artifact, 0o755);
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toMatch(/SERVICE_ENDED|STACK_FAILED/);
    expect(output).toContain('/opt/millet');
    expect(leftovers(one.projectName)).toEqual([]);
  });
});
