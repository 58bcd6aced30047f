import { posix } from 'node:path';
import type { FileRead } from './reading.js';
import { tokenize } from './rust-tokens.js';

/** Where a source stands, in folders and files relative to the repository. */
export interface SourcePlace {
  readonly crate: string;
  readonly workspace: string;
  readonly file: string;
}

/** The path that a read names, relative to the repository; beginning with `../`, or absolute, where it leaves it. */
export function resolveRead(place: SourcePlace, read: Pick<FileRead, 'path' | 'base' | 'modules'>): string {
  if (posix.isAbsolute(read.path)) return read.path;
  return posix.join(baseOf(place, read), read.path).replace(/(?<=.)\/$/, '');
}

/** Whether a path that `resolveRead` gives lies out of the repository. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path);
}

function baseOf({ crate, workspace, file }: SourcePlace, read: Pick<FileRead, 'base' | 'modules'>): string {
  if (read.base === 'crate') return crate;
  if (read.base === 'workspace') return workspace;
  return read.modules.length === 0 ? posix.dirname(file) : moduleFolder(file, read.modules);
}

/** A `mod name;` that names another file. */
export interface ModuleDeclaration {
  readonly name: string;
  /** The inline modules around it. */
  readonly modules: readonly string[];
}

/** The modules that a source keeps in other files; one with a `#[path]` may be among them. */
export function scanModules(text: string): ModuleDeclaration[] {
  const tokens = tokenize(text);
  const found: ModuleDeclaration[] = [];
  const around: { readonly name: string; readonly depth: number }[] = [];
  let depth = 0;
  tokens.forEach(({ kind, text: token }, index) => {
    if (kind === 'punctuation' && token === '{') depth++;
    if (kind === 'punctuation' && token === '}') {
      depth--;
      if (around.at(-1)?.depth === depth) around.pop();
    }
    if (kind !== 'identifier' || token !== 'mod') return;
    const name = tokens[index + 1];
    const next = tokens[index + 2]?.text;
    if (name?.kind !== 'identifier') return;
    if (next === '{') around.push({ name: name.text, depth });
    if (next === ';') found.push({ name: name.text, modules: around.map((module) => module.name) });
  });
  return found;
}

/**
 * The two places where the file of a `mod name;` may stand (Rust reference, "Modules").
 * @param rootLike whether the declaring file's own name is no part of the path, as for `mod.rs`, a crate's root,
 * and a file that a `#[path]` names
 */
export function moduleFiles(file: string, declaration: ModuleDeclaration, rootLike: boolean): string[] {
  const folder = rootLike
    ? posix.join(posix.dirname(file), ...declaration.modules)
    : posix.join(withoutExtension(file), ...declaration.modules);
  return [posix.join(folder, `${declaration.name}.rs`), posix.join(folder, declaration.name, 'mod.rs')];
}

/** Whether a file's children stand beside it, by its name: `mod.rs` and the roots of targets. */
export function isRootLike(file: string): boolean {
  const name = posix.basename(file);
  if (['mod.rs', 'lib.rs', 'main.rs', 'build.rs'].includes(name)) return true;
  return posix.basename(posix.dirname(file)) === 'bin';
}

function moduleFolder(file: string, modules: readonly string[]): string {
  return posix.join(isRootLike(file) ? posix.dirname(file) : withoutExtension(file), ...modules);
}

function withoutExtension(file: string): string {
  return file.replace(/\.rs$/, '');
}
