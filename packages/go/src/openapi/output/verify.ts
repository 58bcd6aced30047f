import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type MillwrightError, readText, run } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { type Explanation, parseGoErrors } from '../generators/explain.js';
import { type FolderGo, captureGo } from '../go/toolchain.js';
import type { Staged } from './output.js';

export interface VerifyRequest {
  readonly go: FolderGo;
  /** The absolute path of the project. */
  readonly project: string;
  readonly staged: readonly Staged[];
  /** Absolute paths of files that will be removed. */
  readonly removed: readonly string[];
  /** True to update go.mod and go.sum for the imports of the code. */
  readonly tidy: boolean;
  /** The versions of modules that `tidy` adds if go.mod lacks them. */
  readonly requires: Readonly<Record<string, string>>;
  /** The absolute path of a folder for temporary files. */
  readonly scratch: string;
  readonly explanation: Explanation | undefined;
  /** Returns the remedy for a message of Go, if one is known. */
  readonly remedy: (complaint: string) => string | undefined;
}

/**
 * Formats generated code and verifies that it passes go build, go vet and go test -c in its module before
 * it is placed there. Go's `-overlay` makes it use the new files instead of the old ones.
 * @returns go.mod and go.sum if they change
 * @throws MillwrightError GENERATED_CODE_INVALID, GO_MODULE_MISSING, GO_DEPENDENCY_MISSING, GO_TOO_OLD
 */
export async function verifyCode(request: VerifyRequest): Promise<Staged[]> {
  const { go, project, staged, scratch } = request;
  if (go.module === undefined) {
    throw goError('GO_MODULE_MISSING', {
      what: `the project folder ${project} is not in a Go module`,
      why: 'Millwright builds the generated client, and Go only builds packages that are in a module',
    });
  }
  const code = staged.filter(({ source }) => source.endsWith('.go'));
  await format(go, code, request);
  const overlay = join(scratch, 'overlay.json');
  const replaced = code.map(({ source, destination }) => [destination, source]);
  const gone = request.removed.map((path) => [path, '']);
  await writeFile(overlay, JSON.stringify({ Replace: Object.fromEntries([...replaced, ...gone]) as object }));
  const folders = [...new Set(code.map(({ destination }) => dirname(destination)))];
  const made = await makeFolders(folders);
  try {
    const flags = ['-overlay', overlay];
    const tidied = request.tidy ? await tidy(request, go.module, flags) : [];
    const modfile = tidied.find(({ destination }) => destination === go.module);
    if (modfile) flags.push(`-modfile=${modfile.source}`);
    const env = modfile || !isInWorkspace(go) ? { GOWORK: 'off' } : {};
    await buildAll({ ...request, flags, env, folders });
    return tidied;
  } finally {
    // Folders that were created only for the verification and that stayed empty.
    for (const folder of made.reverse()) await rmdir(folder).catch(() => undefined);
  }
}

async function format(go: FolderGo, code: readonly Staged[], request: VerifyRequest): Promise<void> {
  const { exitCode, stderr } = await run(go.gofmt, ['-w', ...code.map(({ source }) => source)]);
  if (exitCode !== 0) throw invalid('gofmt', stderr, request);
}

/** Creates the packages' folders, because go vet changes into them. Returns the created ones. */
async function makeFolders(folders: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const folder of folders) {
    for (let missing = folder; !existsSync(missing); missing = dirname(missing)) made.unshift(missing);
    await mkdir(folder, { recursive: true });
  }
  return made;
}

interface BuildRequest extends VerifyRequest {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folders of the packages, absolute. */
  readonly folders: readonly string[];
}

async function buildAll(request: BuildRequest): Promise<void> {
  const { project, flags, env, folders, scratch } = request;
  const packages = folders.map((folder) => `./${relative(project, folder)}`);
  const step = async (name: string, args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await captureGo(args, project, env);
    if (exitCode !== 0) throw invalid(name, `${stderr}\n${stdout}`, request);
  };
  await step('go build', ['build', ...flags, ...packages]);
  const tests = await mkdtemp(join(scratch, 'test-'));
  // Without the checks of go test, which are a subset of go vet.
  await Promise.all([
    step('go vet', ['vet', ...flags, ...packages]),
    step('go test -c', ['test', '-c', '-vet=off', ...flags, '-o', `${tests}/`, ...packages]),
  ]);
}

/** Returns the new go.mod and go.sum as separate files. */
async function tidy(request: VerifyRequest, module: string, flags: readonly string[]): Promise<Staged[]> {
  const folder = await mkdtemp(join(request.scratch, 'tidy-'));
  const sum = join(dirname(module), 'go.sum');
  const [newModule, newSum] = [join(folder, 'go.mod'), join(folder, 'go.sum')];
  await copyFile(module, newModule);
  if (existsSync(sum)) await copyFile(sum, newSum);
  const text = readText(module) ?? '';
  const missing = Object.entries(request.requires).filter(([name]) => !text.includes(`${name} `));
  for (const [name, version] of missing) {
    await expectGo(['mod', 'edit', `-require=${name}@${version}`, newModule], request);
  }
  await expectGo(['mod', 'tidy', `-modfile=${newModule}`, ...flags], request);
  return [
    { source: newModule, destination: module },
    ...(existsSync(newSum) ? [{ source: newSum, destination: sum }] : []),
  ];
}

async function expectGo(args: readonly string[], request: VerifyRequest): Promise<void> {
  const { exitCode, stderr } = await captureGo(args, request.project, { GOWORK: 'off' });
  if (exitCode !== 0) throw invalid(`go ${args.slice(0, 2).join(' ')}`, stderr, request);
}

/** Returns true if the go.work above uses the module. Go refuses to build a module that it does not use. */
function isInWorkspace({ module, workspace }: FolderGo): boolean {
  if (module === undefined || workspace === undefined) return false;
  const uses = (readText(workspace) ?? '').matchAll(
    /^\s*(?:use\s+)?("?)(\.{0,2}[^\s"()]+)\1\s*(?:\/\/.*)?$/gm,
  );
  return [...uses].some(([, , path]) => resolve(dirname(workspace), path ?? '') === dirname(module));
}

/** Returns the error for Go's output, with the operation or schema that it concerns. */
function invalid(step: string, output: string, request: VerifyRequest): MillwrightError {
  const old = goTooOld(output);
  if (old) return old;
  const dependency = /(no required module provides package \S+|missing go\.sum entry for .*?)[;:\n]/.exec(
    output,
  );
  if (dependency) {
    return goError('GO_DEPENDENCY_MISSING', {
      what: `${step} cannot find a package that the generated code imports`,
      why: dependency[1] ?? '',
      output,
    });
  }
  const errors = parseGoErrors(output).slice(0, 5);
  const lines = errors.map(({ file, line, message }) => explained(file, line, message, request));
  const first = output.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#'));
  const remedy = errors.map(({ message }) => request.remedy(message)).find((text) => text !== undefined);
  return goError('GENERATED_CODE_INVALID', {
    what: `${step} failed on the generated code`,
    why: lines.length > 0 ? lines.join('\n       ') : (first ?? 'no error message was printed'),
    ...(remedy === undefined ? {} : { remedy }),
    output,
  });
}

function explained(file: string, line: number, message: string, request: VerifyRequest): string {
  const path = resolve(request.project, file);
  const staged = request.staged.find(({ source, destination }) => source === path || destination === path);
  if (staged === undefined) return `${file}:${line}: ${message}`;
  const origin = request.explanation?.of(readText(staged.source) ?? '', line);
  const place = `${relative(request.project, staged.destination)}:${line}: ${message}`;
  return origin === undefined ? place : `${place} — of ${origin}`;
}
