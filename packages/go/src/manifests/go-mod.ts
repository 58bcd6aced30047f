import { type Directive, directivesOf, invalid } from './go-mod-syntax.js';
import type { GoMod, GoWork, ModuleVersion, Replacement, Requirement } from '../source-scan/model.js';

/**
 * Parses a go.mod file.
 * @param path the file name for errors
 * @throws MillwrightError GO_MOD_INVALID with file and line
 */
export function parseGoMod(path: string, text: string): GoMod {
  let module: string | undefined;
  const require: Requirement[] = [];
  const exclude: ModuleVersion[] = [];
  const common = new CommonDirectives(path);
  for (const line of directivesOf(path, text)) {
    if (common.parse(line)) continue;
    if (line.verb === 'module') {
      if (module !== undefined) throw invalid(path, line.line, 'it has a second module directive');
      module = modulePath(path, line, valueOf(path, line));
    } else if (line.verb === 'require') {
      const [required = '', version = ''] = valuesOf(path, line, 2);
      require.push({ path: required, version, indirect: /^indirect\b/.test(line.comment) });
    } else if (line.verb === 'exclude') {
      const [excluded = '', version = ''] = valuesOf(path, line, 2);
      exclude.push({ path: excluded, version });
    } else rejectInvalidVerb(path, line);
  }
  if (module === undefined) throw invalid(path, 1, 'it has no module directive');
  return { module, ...common.found(), require, exclude };
}

/**
 * Parses a go.work file.
 * @throws MillwrightError GO_MOD_INVALID with file and line
 */
export function parseGoWork(path: string, text: string): GoWork {
  const use: string[] = [];
  const common = new CommonDirectives(path);
  for (const line of directivesOf(path, text)) {
    if (common.parse(line)) continue;
    if (line.verb === 'use') use.push(valueOf(path, line));
    else rejectInvalidVerb(path, line);
  }
  return { ...common.found(), use };
}

/**
 * Returns true if a go.mod file has no directives. Such a file only excludes its folder from the module
 * above, whose packages end at another go.mod (Go Modules Reference, "Modules, packages, and versions").
 */
export function isBoundary(text: string): boolean {
  return text.replace(/\/\/.*/g, '').trim() === '';
}

/**
 * Returns true if a replacement is a folder and not a module (Go Modules Reference, "replace directive").
 */
export function isFolder(path: string): boolean {
  return /^(\.{1,2}(\/|$)|\/|[A-Za-z]:[\\/])/.test(path);
}

/** Parses the directives that go.mod and go.work share. */
class CommonDirectives {
  private go: string | undefined;
  private toolchain: string | undefined;
  private readonly godebug: string[] = [];
  private readonly replace: Replacement[] = [];

  constructor(private readonly path: string) {}

  /** @returns true if the directive is one of these */
  parse(line: Directive): boolean {
    switch (line.verb) {
      case 'go':
        this.go = valueOf(this.path, line);
        if (!goVersion.test(this.go)) {
          throw invalid(this.path, line.line, `${this.go} is not a Go version, such as 1.25`);
        }
        return true;
      case 'toolchain':
        this.toolchain = valueOf(this.path, line);
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

/** Versions that go accepts (golang.org/x/mod/modfile, `GoVersionRE`). */
const goVersion = /^[1-9]\d*\.(0|[1-9]\d*)(\.(0|[1-9]\d*))?([a-z]+\d+)?$/;

/** Validates a module path as go does (golang.org/x/mod/module, `CheckImportPath`). */
function modulePath(path: string, line: Directive, module: string): string {
  const isElement = (element: string) =>
    /^[A-Za-z0-9._~+-]+$/.test(element) && !element.endsWith('.') && !/^\.+$/.test(element);
  if (module.startsWith('-') || !module.split('/').every(isElement)) {
    throw invalid(path, line.line, `${JSON.stringify(module)} is not a module path`);
  }
  return module;
}

/**
 * Rejects anything that cannot be a verb. Verbs of later Go versions are ignored, as go does in
 * dependencies.
 */
function rejectInvalidVerb(path: string, line: Directive): void {
  if (/^[a-z]+$/.test(line.verb)) return;
  throw invalid(path, line.line, `${JSON.stringify(line.verb)} is not a directive`);
}

function replacement(path: string, line: Directive): Replacement {
  const arrow = line.args.indexOf('=>');
  const [before, after] = [line.args.slice(0, arrow), line.args.slice(arrow + 1)];
  const [oldPath = '', oldVersion] = before;
  const [newPath = '', newVersion] = after;
  const isPart = ({ length }: readonly string[]) => length === 1 || length === 2;
  if (arrow < 1 || !isPart(before) || !isPart(after)) {
    throw invalid(path, line.line, 'a replace directive requires "old => new"');
  }
  return {
    old: { path: oldPath, version: oldVersion },
    new: { path: newPath, version: newVersion },
  };
}

function valueOf(path: string, line: Directive): string {
  return valuesOf(path, line, 1)[0] ?? '';
}

function valuesOf(path: string, { verb, args, line }: Directive, count: number): readonly string[] {
  if (args.length === count && args.every((value) => value !== '')) return args;
  const expected = count === 1 ? 'a value' : `${count} values`;
  throw invalid(
    path,
    line,
    `the ${verb} directive requires ${expected}, but has ${args.join(' ') || 'none'}`,
  );
}
