import { dirname, resolve } from 'node:path';
import { type MillwrightError, type RunResult } from '@millwright/toolkit';
import { goError, type GoErrorCode } from '../errors.js';
import { SourceFiles } from '../source-scan/source-files.js';
import { goTooOld } from '../toolchain/go-too-old.js';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: GoErrorCode;
  readonly what: (match: RegExpExecArray) => string;
  readonly why: (match: RegExpExecArray) => string;
  readonly remedy?: string;
}

/** Known causes, by the messages with which go reports them. */
const explanations: readonly Explanation[] = [
  {
    pattern: /No space left on device|no space left on device/,
    code: 'DISK_FULL',
    what: () => 'the disk filled up during the build',
    why: () => 'go, a compiler or the linker could not write its output',
    remedy: 'free some space, or point GOCACHE and TMPDIR to a larger disk',
  },
  {
    pattern:
      /missing go\.sum entry[^\n]*|updates to go\.(?:mod|sum|work) needed[^\n]*|no required module provides package [^\n]*|is explicitly required in go\.mod, but not marked[^\n]*|inconsistent vendoring[^\n]*/,
    code: 'GO_MOD_UNTIDY',
    what: () => 'go.mod or go.sum does not match the imports of the module',
    // Go prints its advice on the next line. The remedy replaces it.
    why: ([line]) => line.replace(/; to (?:add|update) it:$/, ''),
  },
  {
    pattern:
      /(?:dial tcp|Get "(https?:[^"]+)": |unrecognized import path|terminal prompts disabled|module lookup disabled by GOPROXY=off)[^\n]*/,
    code: 'SOURCE_UNREACHABLE',
    what: ([, url]) => `cannot download a module${url === undefined ? '' : ` from ${url}`}`,
    why: ([line]) => line,
    remedy:
      'check the connection to the module proxy (GOPROXY), or copy the modules into the repository: go mod vendor',
  },
  {
    pattern:
      /(?:build cache is (?:required|disabled)|failed to initialize build cache at|module cache not found:|could not create module cache:|[^\n]*missing \$GOPATH|open [^\n]*\/sumdb\/)[^\n]*/,
    code: 'GO_CACHE_UNUSABLE',
    what: () => 'go cannot use its cache folder',
    why: ([line]) => line,
  },
  {
    pattern: /creating work dir: [^\n]*/,
    code: 'TEMPORARY_FOLDER_UNUSABLE',
    what: () => 'go cannot create temporary files',
    why: ([line]) => line,
  },
  {
    pattern: /^flag provided but not defined: (\S+)/m,
    code: 'OPTION_INVALID',
    what: ([, flag = '']) => `go does not support the flag ${flag}`,
    why: () => 'an option of the target, or GOFLAGS, passes this flag',
    remedy: 'correct ldflags, gcflags, args or GOFLAGS',
  },
  {
    pattern: /signal: killed/,
    code: 'COMPILER_KILLED',
    what: () => 'a compiler or the linker was killed',
    why: () => 'the system sent signal 9 (SIGKILL), probably because memory ran out',
    remedy: 'give the build more memory, or run fewer jobs: GOFLAGS=-p=1',
  },
  {
    pattern: /C compiler "([^"]+)" not found[^\n]*/,
    code: 'LINKER_MISSING',
    what: ([, name = '']) => `the C compiler ${name} was not found`,
    why: () => 'cgo is on, and CC selects this compiler',
    remedy: 'install this compiler, set CC to another one, or turn cgo off',
  },
];

/**
 * Returns the error for a failed go command, with the cause if its message is known.
 * @param command such as `go build`
 * @param log the complete output of go
 */
export function explainFailure(
  command: string,
  log: string,
  { exitCode, signal }: Pick<RunResult, 'exitCode' | 'signal'>,
  /** The module's folder, absolute, if cgo is disabled. */
  withoutCgo?: string,
): MillwrightError {
  for (const { pattern, code, what, why, remedy } of explanations) {
    const match = pattern.exec(log);
    if (!match) continue;
    return goError(code, {
      what: what(match),
      why: why(match),
      output: log,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  const leftOut = packageLeftOut(log);
  if (leftOut) return leftOut;
  const tooOld = goTooOld(log);
  if (tooOld) return tooOld;
  const lines = log.split('\n');
  // A line "# package" precedes the compiler output for the package (cmd/go).
  const compiled = lines.find((line) => /^(?:vet: )?\S+\.go:\d+(:\d+)?: |^\.\.?\/\S+\.go:\d+/.test(line));
  const inC = withoutCgo === undefined ? [] : filesInC(compiled ?? '', withoutCgo);
  if (compiled !== undefined && inC.length > 0) {
    return goError('GO_CGO_OFF', {
      what: `${command} failed, because cgo is off and go excludes ${inC.join(', ')}`,
      why: compiled,
      output: log,
    });
  }
  return goError(compiled === undefined ? 'GO_FAILED' : 'COMPILE_FAILED', {
    what: `${command} failed`,
    why:
      compiled ??
      lines.find((line) => line.trim() !== '' && !line.startsWith('# ')) ??
      (signal === undefined
        ? `it exited with status ${exitCode ?? 'unknown'}`
        : `it was terminated by ${signal}`),
    remedy: 'fix the errors above',
    output: log,
  });
}

/**
 * Returns the error for an imported package whose files are all excluded. Go prints the same message with and without
 * cgo.
 */
function packageLeftOut(log: string): MillwrightError | undefined {
  const [line, folder = ''] = /build constraints exclude all Go files in ([^\n]+)/.exec(log) ?? [];
  if (line === undefined) return undefined;
  const importer = /^(?:package|\timports) (\S+?):? build constraints/m.exec(log)?.[1];
  const what = `the package ${importer ?? folder.trim()} has no Go files for this build`;
  return holdsC(folder.trim())
    ? goError('GO_CGO_OFF', {
        what,
        why: `the package contains C code, and cgo is off: ${line}`,
        output: log,
      })
    : goError('GO_PACKAGE_LEFT_OUT', { what, why: line, output: log });
}

function holdsC(folder: string): boolean {
  return sourcesInC(folder).length > 0;
}

/** Returns the names of the files with C code in a folder. */
function sourcesInC(folder: string): string[] {
  const pkg = new SourceFiles(folder, {}).package('.');
  return [...(pkg?.sources ?? [])].flatMap(([name, { imports }]) => (imports.includes('C') ? [name] : []));
}

/** Returns the files with C code beside a file with an undefined name, which they may define if cgo is enabled. */
function filesInC(line: string, module: string): string[] {
  const path = /^(?:vet: )?(\S+\.go):\d+(?::\d+)?: undefined: /.exec(line)?.[1];
  return path === undefined ? [] : sourcesInC(resolve(module, dirname(path))).slice(0, 5);
}
