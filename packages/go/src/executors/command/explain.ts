import { type ErrorCode, MillwrightError, type RunResult } from '@millwright/toolkit';
import { goTooOld } from '../../toolchain/go-too-old.js';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly what: (match: RegExpExecArray) => string;
  readonly why: (match: RegExpExecArray) => string;
  readonly remedy?: string;
}

/** Known causes, each by the words in which go reports it. */
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
    what: () => 'go.mod or go.sum does not match the sources',
    why: ([line]) => line,
  },
  {
    pattern:
      /(?:dial tcp|Get "(https?:[^"]+)": |unrecognized import path|terminal prompts disabled|module lookup disabled by GOPROXY=off)[^\n]*/,
    code: 'SOURCE_UNREACHABLE',
    what: ([, url]) => `${url ?? 'a module'} cannot be reached`,
    why: ([line]) => line,
    remedy: 'see that the machine reaches the module proxy (GOPROXY), or vendor: go mod vendor',
  },
  {
    pattern: /^flag provided but not defined: (\S+)/m,
    code: 'OPTION_INVALID',
    what: ([, flag = '']) => `go, its compiler or its linker knows no flag ${flag}`,
    why: () => 'an option of the target or GOFLAGS passes it on',
    remedy: 'correct ldflags, gcflags, args or GOFLAGS',
  },
  {
    pattern: /signal: killed/,
    code: 'COMPILER_KILLED',
    what: () => 'a compiler or the linker was killed',
    why: () => 'the system ended it with signal 9, most likely for want of memory',
    remedy: 'give the build more memory, or fewer jobs: GOFLAGS=-p=1',
  },
  {
    pattern: /C compiler "([^"]+)" not found[^\n]*/,
    code: 'LINKER_MISSING',
    what: ([, name = '']) => `the C compiler ${name} is not there`,
    why: () => 'cgo is on, and CC names it',
  },
];

/**
 * The error for a go command that failed, with the cause where its words are known.
 * @param command such as `go build`
 * @param log all that go said
 */
export function explainFailure(
  command: string,
  log: string,
  { exitCode, signal }: Pick<RunResult, 'exitCode' | 'signal'>,
): MillwrightError {
  for (const { pattern, code, what, why, remedy } of explanations) {
    const match = pattern.exec(log);
    if (!match) continue;
    return new MillwrightError(code, {
      what: what(match),
      why: why(match),
      output: log,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  const tooOld = goTooOld(log);
  if (tooOld) return tooOld;
  const lines = log.split('\n');
  // "# package" heads what its compiler says of it (cmd/go).
  const compiled = lines.find((line) => /^\S+\.go:\d+(:\d+)?: |^\.\.?\/\S+\.go:\d+/.test(line));
  return new MillwrightError(compiled === undefined ? 'GO_FAILED' : 'COMPILE_FAILED', {
    what: `${command} failed`,
    why:
      compiled ??
      lines.find((line) => line.trim() !== '' && !line.startsWith('# ')) ??
      `it ended with ${signal ?? exitCode ?? 'no status'}`,
    remedy: 'mend what go reports above',
    output: log,
  });
}
