import { type ErrorCode, MillwrightError } from '@millwright/toolkit';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly what: (match: RegExpExecArray) => string;
  readonly why: (match: RegExpExecArray) => string;
  readonly remedy?: (match: RegExpExecArray) => string;
}

/** Known causes, each by the words in which cargo, rustc or a linker reports it. */
const explanations: readonly Explanation[] = [
  {
    pattern: /profile `([^`]+)` is not defined/,
    code: 'PROFILE_UNKNOWN',
    what: (match) => `there is no profile "${match[1] ?? ''}"`,
    why: () => "neither Cargo nor the workspace's manifest or configuration defines it",
  },
  {
    pattern: /can't find crate for `(?:core|std)`[\s\S]*?the `([^`]+)` target may not be installed/,
    code: 'TARGET_MISSING',
    what: (match) => `no Rust standard library for ${match[1] ?? ''}`,
    why: () => 'the toolchain that cargo used has none',
    remedy: (match) => `rustup target add ${match[1] ?? ''}`,
  },
  {
    pattern: /error: linker `([^`]+)` not found/,
    code: 'LINKER_MISSING',
    what: (match) => `the linker ${match[1] ?? ''} is not there`,
    why: () => "cargo's configuration or environment names it, or it is rustc's default",
    remedy: (match) => `install ${match[1] ?? ''}, or correct [target.<triple>] linker`,
  },
];

/**
 * The error for a cargo that failed, with the cause where its words are known.
 * @param log all that cargo and rustc said
 */
export function explainFailure(log: string, compiled: boolean): MillwrightError {
  for (const { pattern, code, what, why, remedy } of explanations) {
    const match = pattern.exec(log);
    if (!match) continue;
    return new MillwrightError(code, {
      what: what(match),
      why: why(match),
      output: log,
      ...(remedy ? { remedy: remedy(match) } : {}),
    });
  }
  const lines = log.split('\n');
  const own = lines.findIndex((line) => /^error(\[|:)/.test(line));
  return new MillwrightError(compiled ? 'COMPILE_FAILED' : 'CARGO_FAILED', {
    what: compiled ? 'the build failed' : 'cargo failed',
    why:
      own === -1
        ? (lines.at(-1) ?? '')
        : lines
            .slice(own, own + 8)
            .join('\n       ')
            .trimEnd(),
    output: log,
  });
}
