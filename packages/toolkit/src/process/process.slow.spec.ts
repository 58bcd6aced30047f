import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { output } from './output.spec.helper.js';
import { run, type RunOptions } from './process.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millwright-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

const shell = (script: string, options: RunOptions = {}) => run('sh', ['-c', script], options);

/** Returns true if the process is running. Orphans in a container can stay as zombies. */
async function isRunning(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]);
  return stdout !== '' && !stdout.startsWith('Z');
}

async function expectEnd(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid)).toBe(false);
}

describe('run: results', () => {
  it('returns the output and exit status', async () => {
    expect(await shell('echo out; echo err >&2')).toMatchObject({
      exitCode: 0,
      signal: undefined,
      timedOut: false,
      stdout: 'out',
      stderr: 'err',
    });
  });

  it.each([
    ['exit 3', { exitCode: 3, signal: undefined }],
    ['kill -KILL $$', { exitCode: undefined, signal: 'SIGKILL' }],
  ])('returns the failure of "%s" as a result', async (script, expected) => {
    expect(await shell(script)).toMatchObject(expected);
  });

  it.each<[string, string, RunOptions, string]>([
    ['a missing program', 'no-such-program', {}, 'the program was not found'],
    [
      'a missing folder',
      'true',
      { cwd: '/no/such/folder' },
      'its working folder /no/such/folder does not exist',
    ],
    ['a file instead of a folder', 'true', { cwd: process.execPath }, 'does not exist'],
    ['a folder instead of a program', '/', {}, 'it is not an executable file'],
  ])('rejects %s with PROCESS_MISSING', async (_, program, options, why) => {
    await expect(run(program, [], options)).rejects.toThrow(
      expect.objectContaining({ code: 'PROCESS_MISSING', why: expect.stringContaining(why) as string }),
    );
  });

  it('passes arguments unchanged, without a shell', async () => {
    const argument = '$HOME "; exit 7 #* \n end';
    expect((await run('printf', ['%s', argument])).stdout).toBe(argument);
  });
});

describe('run: bytes', () => {
  it('passes on the bytes of standard output without buffering them', async () => {
    const chunks: Uint8Array[] = [];
    const result = await shell(String.raw`printf 'a\377\nb'; exit 3`, {
      readStdout: async (stdout) => {
        for await (const chunk of stdout) chunks.push(chunk);
      },
    });
    expect(Buffer.concat(chunks)).toEqual(Buffer.from('a\xFF\nb', 'latin1'));
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
  });

  it('throws the error of the reader, and ends the program', async () => {
    const reading = run('yes', [], {
      readStdout: async (stdout) => {
        for await (const chunk of stdout) throw new Error(`refused ${chunk.length > 0}`);
      },
    });
    await expect(reading).rejects.toThrow('refused true');
  });
});

describe('run: lines', () => {
  it('passes on each line as it arrives, including an unterminated last line', async () => {
    const lines: [string, boolean][] = [];
    let ended = false;
    const result = await shell('echo first; sleep 0.3; printf "second\\r\\nlast"', {
      onStdout: (line) => lines.push([line, ended]),
    }).finally(() => (ended = true));
    expect(lines).toEqual([
      ['first', false],
      ['second', false],
      ['last', false],
    ]);
    expect(result.stdout).toBe('');
  });

  it('passes on the first line while the program is running', async () => {
    const stop = new AbortController();
    const result = await shell('echo ready; exec sleep 1000', {
      onStdout: () => {
        stop.abort();
      },
      signal: stop.signal,
    });
    expect(result).toMatchObject({ signal: 'SIGTERM', timedOut: false });
  });

  it('separates the streams', async () => {
    const lines: string[] = [];
    const result = await shell('echo out; echo err >&2', { onStderr: (line) => lines.push(line) });
    expect(lines).toEqual(['err']);
    expect(result).toMatchObject({ stdout: 'out', stderr: '' });
  });

  it('passes on the lines of a failing program', async () => {
    const lines: string[] = [];
    expect((await shell('echo almost; exit 1', { onStdout: (line) => lines.push(line) })).exitCode).toBe(1);
    expect(lines).toEqual(['almost']);
  });

  it('throws the error of the callback, and ends the program', async () => {
    let pid = 0;
    const receiver = (line: string) => {
      pid = Number(line);
      throw new Error('no more');
    };
    await expect(shell('echo $$; exec sleep 1000', { onStdout: receiver })).rejects.toThrow('no more');
    await expectEnd(pid);
  });
});

describe('run: environment', () => {
  it('changes variables only for the child; undefined removes one', async () => {
    process.env.MILLWRIGHT_KEPT = 'kept';
    process.env.MILLWRIGHT_GONE = 'gone';
    onTestFinished(() => {
      delete process.env.MILLWRIGHT_KEPT;
      delete process.env.MILLWRIGHT_GONE;
      delete process.env.MILLWRIGHT_NEW;
    });
    const { stdout } = await shell(
      'echo "${MILLWRIGHT_KEPT-unset} ${MILLWRIGHT_GONE-unset} ${MILLWRIGHT_NEW-unset}"',
      { env: { MILLWRIGHT_GONE: undefined, MILLWRIGHT_NEW: 'new' } },
    );
    expect(stdout).toBe('kept unset new');
    expect(process.env.MILLWRIGHT_GONE).toBe('gone');
    expect(process.env.MILLWRIGHT_NEW).toBeUndefined();
  });
});

describe('run: the process tree', () => {
  it('ends completely at the timeout', async () => {
    const pids: number[] = [];
    const result = await shell('sleep 1000 & echo $!; echo $$; wait', {
      onStdout: (line) => pids.push(Number(line)),
      timeout: 2_000,
    });
    expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGTERM', timedOut: true });
    expect(pids).toHaveLength(2);
    for (const pid of pids) await expectEnd(pid);
  });

  it('reports a timeout even if the program then succeeds', async () => {
    const result = await shell('trap "exit 0" TERM; sleep 1000 & wait', { timeout: 2_000 });
    expect(result).toMatchObject({ exitCode: 0, timedOut: true });
  });

  it('is killed if it ignores the signal', async () => {
    const result = await shell('trap "" TERM; sleep 1000; sleep 1000', { timeout: 2_000 });
    expect(result).toMatchObject({ signal: 'SIGKILL', timedOut: true });
  });

  it('ends with the program, even if a grandchild keeps its output open', async () => {
    const result = await shell('sleep 1000 & echo $!');
    expect(result.exitCode).toBe(0);
    await expectEnd(Number(result.stdout));
  });

  it('ends if it was aborted before the start', async () => {
    expect((await run('sleep', ['1000'], { signal: AbortSignal.abort() })).signal).toBe('SIGTERM');
  });

  it('leaves no signal handler behind', async () => {
    const count = () => process.listenerCount('SIGTERM') + process.listenerCount('exit');
    const before = count();
    await Promise.all([run('true', []), run('false', [])]);
    expect(count()).toBe(before);
  });
});

describe('run: signals to the parent', () => {
  const compiled = (name: string) =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, `../../dist/process/${name}.js`)).href);

  /**
   * Writes a program that uses the compiled module, because the signal must be sent to a separate process.
   */
  async function parent(script: string): Promise<string> {
    const path = join(folder, 'parent.js');
    await writeFile(path, `import { run } from ${compiled('process')};\n${script}`);
    return path;
  }

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends children and grandchildren, then the parent with %d', async (signal, status) => {
    const path = await parent(`
      const tell = (line) => console.log(line);
      const tree = 'sleep 1000 & echo $!; sh -c "sleep 1000 & echo \\\\$!; wait" & echo $$; wait';
      await Promise.all([run('sh', ['-c', tree], { onStdout: tell }), run('sh', ['-c', tree], { onStdout: tell })]);
    `);
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const pids = await new Promise<number[]>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const lines = text.split('\n').slice(0, -1);
        if (lines.length === 6) resolve(lines.map(Number));
      });
    });
    for (const pid of pids) expect(await isRunning(pid)).toBe(true);
    child.kill(signal);
    expect(await ended).toBe(status);
    for (const pid of pids) await expectEnd(pid);
  });

  it('runs clean-ups after the children have ended and before the parent ends', async () => {
    const path = await parent(`
      import { onStop } from ${compiled('process-tree')};
      import { setTimeout as sleep } from 'node:timers/promises';
      onStop(async () => { await sleep(200); console.log('tidied'); });
      onStop(async () => console.log('taken back'))();
      await run('sh', ['-c', 'trap "echo ended; exit" TERM; echo begun; while :; do sleep 0.05; done'], {
        onStdout: (line) => { console.log(line); },
      });
    `);
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text === 'begun\n') child.kill('SIGTERM');
    });
    expect(await ended).toBe(143);
    expect(text).toBe('begun\nended\ntidied\n');
  });

  it('SIGTERM ends a child that shares the terminal', async () => {
    const path = await parent("await run('sh', ['-c', 'echo $$; exec sleep 1000'], { interactive: true });");
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const pid = await new Promise<number>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => {
        resolve(Number(chunk.toString()));
      });
    });
    child.kill('SIGTERM');
    await ended;
    await expectEnd(pid);
  });

  it('the exit of the parent ends the child', async () => {
    const path = await parent(`
      void run('sh', ['-c', 'echo $$; exec sleep 1000'], {
        onStdout: (line) => { console.log(line); setImmediate(() => process.exit(0)); },
      });
    `);
    await expectEnd(Number(await output(process.execPath, [path])));
  });
});
