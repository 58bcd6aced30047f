import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText, temporaryFolder } from '@millwright/toolkit/core';
import { run } from '@millwright/toolkit/process';
import type { Json, JsonObject } from '../../client/json.js';
import { ExitError, type RunContext, ScriptError, type ScriptFunction } from '../jobs/runners.js';
import { bashArguments, nodeWrapper, pythonWrapper } from './arguments.js';

export interface ProgramOptions {
  /** Where scripts find the simulation, as BASE_INTERNAL_URL, and the token for it, as WM_TOKEN. */
  readonly baseUrl: string;
  readonly token: string;
  /** Seconds of processor time that a script may use; default: 60. */
  readonly cpu?: number;
  /** Megabytes of data that each process of a script may allocate; default: 1024. */
  readonly memory?: number;
  /** Seconds after which a script is ended, unless it has a timeout of its own; default: 300. */
  readonly time?: number;
}

interface Program {
  readonly file: string;
  readonly source: string;
  /** Megabytes that the program reserves for itself. */
  readonly reserved?: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** How much of a program's output an error shows. */
const shownLines = 20;
const largestResult = 50 * 1_024 ** 2;

/**
 * Runners that execute scripts in Bash, Python and JavaScript or TypeScript as programs of this machine, each in an empty folder
 * and with limits, but with the rights of this user: for trusted code only.
 */
export function programRunners(options: ProgramOptions): Readonly<Record<string, ScriptFunction>> {
  const bash: ScriptFunction = (args, context) =>
    execute(bashProgram(context.code.content, args), args, context, options);
  const python: ScriptFunction = (args, context) =>
    execute(
      { file: 'main.py', source: context.code.content, command: ['python3', '-u', 'wrapper.py'] },
      args,
      context,
      options,
    );
  const node: ScriptFunction = (args, context) =>
    execute(nodeProgram(context.code.content, options.memory ?? 1_024), args, context, options);
  return { bash, python3: python, bun: node, deno: node, nativets: node, bunnative: node };
}

function bashProgram(source: string, args: JsonObject): Program {
  return { file: 'main.sh', source, command: ['bash', 'main.sh', ...bashArguments(source, args)] };
}

function nodeProgram(source: string, memory: number): Program {
  const flags = [`--max-old-space-size=${memory}`, '--disable-warning=ExperimentalWarning'];
  // V8 reserves space for compiled code, and limits its heap itself.
  return { file: 'main.ts', source, reserved: 1_024, command: [process.execPath, ...flags, 'wrapper.mjs'] };
}

async function execute(
  program: Program,
  args: JsonObject,
  context: RunContext,
  options: ProgramOptions,
): Promise<Json> {
  const { cpu = 60, memory = 1_024, time = 300 } = options;
  const folder = temporaryFolder('windmill-job');
  try {
    const files = { [program.file]: program.source, 'args.json': JSON.stringify(args) };
    for (const [name, text] of Object.entries({
      ...files,
      'wrapper.py': pythonWrapper,
      'wrapper.mjs': nodeWrapper,
    })) {
      writeFileSync(join(folder, name), text);
    }
    const lines: string[] = [];
    const onLine = (line: string) => {
      context.log(`${line}\n`);
      lines.push(line);
      if (lines.length > shownLines) lines.shift();
    };
    // The limits hold for the program and what it starts.
    const limits = 'ulimit -t "$1" -d "$2" -c 0; shift 2; exec "$@"';
    const result = await run(
      'bash',
      [
        '-c',
        limits,
        'limits',
        String(cpu),
        String((memory + (program.reserved ?? 0)) * 1_024),
        ...program.command,
      ],
      {
        cwd: folder,
        env: environment(folder, context, options),
        timeout: time * 1_000,
        signal: context.signal,
        onStdout: onLine,
        onStderr: onLine,
      },
    );
    if (result.timedOut)
      throw new Error(`the script was ended after ${time} seconds, the limit of this simulation`);
    const stored = readOutcome(folder);
    if (stored?.error !== undefined) throw new ScriptError(stored.error);
    if (result.exitCode === 0) return stored?.result ?? bashResult(folder, lines.at(-1));
    const code = result.exitCode ?? 128;
    const reason =
      result.signal === undefined
        ? ''
        : ` (ended by ${result.signal}; its limits are ${cpu} s and ${memory} MB)`;
    throw new ExitError(
      `exit code for "${context.code.language} run": ${code}${reason}, last log lines:\n${lines.join('\n')}`,
      code,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface StoredOutcome {
  readonly result?: Json;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

/** What a wrapper has written. Bash scripts have none. */
function readOutcome(folder: string): StoredOutcome | undefined {
  const text = readText(join(folder, 'outcome.json'), { limit: largestResult });
  return text === undefined ? undefined : (JSON.parse(text) as StoredOutcome);
}

/** The result of a Bash script is what it writes to `result.json` or `result.out`, otherwise its last line. */
function bashResult(folder: string, lastLine: string | undefined): Json {
  const stored = readText(join(folder, 'result.json'), { limit: largestResult });
  if (stored !== undefined) return JSON.parse(stored) as Json;
  return readText(join(folder, 'result.out'), { limit: largestResult }) ?? lastLine ?? null;
}

/** Nothing of this process's environment but PATH reaches a script. */
function environment(
  folder: string,
  { jobId, workspace, code }: RunContext,
  { baseUrl, token }: ProgramOptions,
): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined])),
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    BASE_INTERNAL_URL: baseUrl,
    BASE_URL: baseUrl,
    WM_TOKEN: token,
    WM_WORKSPACE: workspace,
    WM_JOB_ID: jobId,
    WM_PATH: code.path ?? '',
  };
}
