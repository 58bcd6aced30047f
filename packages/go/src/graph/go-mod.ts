import { MillwrightError } from '@millwright/toolkit';
import type { GoMod, GoWork, ModuleVersion, Replacement, Requirement } from './model.js';

/**
 * Reads a go.mod file.
 * @param path named in errors
 * @throws MillwrightError GO_MOD_INVALID with file and line
 */
export function parseGoMod(path: string, text: string): GoMod {
  let module: string | undefined;
  const require: Requirement[] = [];
  const exclude: ModuleVersion[] = [];
  const common = new CommonDirectives(path);
  for (const line of directivesOf(path, text)) {
    const [first = '', second] = line.args;
    if (common.take(line)) continue;
    if (line.verb === 'module') module = required(path, line, first);
    else if (line.verb === 'require') {
      const indirect = /^indirect\b/.test(line.comment);
      require.push({ path: required(path, line, first), version: required(path, line, second), indirect });
    } else if (line.verb === 'exclude') exclude.push({ path: first, version: required(path, line, second) });
  }
  if (module === undefined) throw invalid(path, 1, 'it has no module directive');
  return { module, ...common.found(), require, exclude };
}

/**
 * Reads a go.work file.
 * @throws MillwrightError GO_MOD_INVALID with file and line
 */
export function parseGoWork(path: string, text: string): GoWork {
  const use: string[] = [];
  const common = new CommonDirectives(path);
  for (const line of directivesOf(path, text)) {
    if (common.take(line)) continue;
    if (line.verb === 'use') use.push(required(path, line, line.args[0]));
  }
  return { ...common.found(), use };
}

/** Whether a replacement is a folder rather than a module (Go Modules Reference, "replace directive"). */
export function isFolder(path: string): boolean {
  return /^(\.{1,2}(\/|$)|\/|[A-Za-z]:[\\/])/.test(path);
}

/** The directives that go.mod and go.work share. */
class CommonDirectives {
  private go: string | undefined;
  private toolchain: string | undefined;
  private readonly godebug: string[] = [];
  private readonly replace: Replacement[] = [];

  constructor(private readonly path: string) {}

  /** @returns whether the directive was one of these */
  take(line: Directive): boolean {
    const [first] = line.args;
    switch (line.verb) {
      case 'go':
        this.go = required(this.path, line, first);
        return true;
      case 'toolchain':
        this.toolchain = required(this.path, line, first);
        return true;
      case 'godebug':
        this.godebug.push(line.args.join(' '));
        return true;
      case 'replace':
        this.replace.push(replacement(this.path, line));
        return true;
      default:
        return false;
    }
  }

  found() {
    const { go, toolchain, godebug, replace } = this;
    return { go, toolchain, godebug, replace };
  }
}

interface Directive {
  readonly verb: string;
  readonly args: readonly string[];
  /** What follows `//` on the line. */
  readonly comment: string;
  readonly line: number;
}

/** The directives of a file one by one, those in a block with the block's verb (Go Modules Reference, "Grammar"). */
function* directivesOf(path: string, text: string): Generator<Directive> {
  let block: string | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const { tokens, comment } = tokensOf(path, line, raw);
    const [first, second] = tokens;
    if (first === undefined) continue;
    if (block !== undefined) {
      if (first === ')') block = undefined;
      else yield { verb: block, args: tokens, comment, line };
    } else if (second === '(') block = first;
    else yield { verb: first, args: tokens.slice(1), comment, line };
  }
  if (block !== undefined)
    throw invalid(path, text.split('\n').length, `the block "${block} (" is not closed`);
}

function tokensOf(path: string, line: number, raw: string): { tokens: string[]; comment: string } {
  const tokens: string[] = [];
  let rest = raw.trim();
  while (rest !== '') {
    if (rest.startsWith('//')) return { tokens, comment: rest.slice(2).trim() };
    const [token, value] = /^(?:"([^"]*)"|`([^`]*)`|=>|[(),]|[^\s"`(),]+)/.exec(rest) ?? [];
    if (token === undefined) throw invalid(path, line, `${rest} cannot be read`);
    const quoted = token.startsWith('`') ? token.slice(1, -1) : value;
    tokens.push(quoted ?? token);
    rest = rest.slice(token.length).trimStart();
  }
  return { tokens, comment: '' };
}

function replacement(path: string, line: Directive): Replacement {
  const arrow = line.args.indexOf('=>');
  if (arrow < 1) throw invalid(path, line.line, 'a replace directive needs "old => new"');
  const [oldPath = '', oldVersion] = line.args.slice(0, arrow);
  const [newPath, newVersion] = line.args.slice(arrow + 1);
  return {
    old: { path: oldPath, version: oldVersion },
    new: { path: required(path, line, newPath), version: newVersion },
  };
}

function required(path: string, line: Directive, value: string | undefined): string {
  if (value === undefined || value === '') {
    throw invalid(path, line.line, `the ${line.verb} directive lacks a value`);
  }
  return value;
}

function invalid(path: string, line: number, why: string): MillwrightError {
  return new MillwrightError('GO_MOD_INVALID', { what: `${path}:${line} cannot be read`, why });
}
