import { posix } from 'node:path';

/** What a Cargo.toml says of names. It is read by lines, so that a manifest with a mistake still has a name. */
export interface CargoNames {
  /** The name of its package. */
  readonly crate: string | undefined;
  /** The project's name by `[package.metadata.millwright]`. */
  readonly explicit: string | undefined;
  readonly isWorkspace: boolean;
}

export function cargoNames(text: string): CargoNames {
  const keys = new Map<string, string>();
  let table = '';
  let isWorkspace = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const header = /^\[([^[\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) table = plainKey(header);
    if (table === 'workspace' || table.startsWith('workspace.')) isWorkspace = true;
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0)).trimEnd();
    const value = quotedAt(line.slice(equals + 1).trimStart());
    if (value === undefined || !/^[\w.\s-]+$/.test(key)) continue;
    const path = table === '' ? plainKey(key) : `${table}.${plainKey(key)}`;
    if (!keys.has(path)) keys.set(path, value);
  }
  return {
    crate: keys.get('package.name') ?? inlinePackageName(text),
    explicit: keys.get('package.metadata.millwright.name'),
    isWorkspace,
  };
}

/** The text between the quotes that another begins with. */
function quotedAt(text: string): string | undefined {
  const [quote = ''] = text;
  const end = quote === '"' || quote === "'" ? text.indexOf(quote, 1) : -1;
  return end < 0 ? undefined : text.slice(1, end);
}

/** `a . "b"` and `a.b` are the same key. */
function plainKey(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.');
}

function inlinePackageName(text: string): string | undefined {
  return /^package\s*=\s*\{[^}\n]*?\bname\s*=\s*["']([^"'\n]*)["']/m.exec(text)?.[1];
}

/** The last element of a module's path, a major version passed over; undefined where a go.mod names no module. */
export function goModuleName(text: string): string | undefined {
  const module =
    /^[ \t]*module[ \t]+(?:\([ \t]*\n?[ \t]*)?["`]?([\w.~/+-]+)["`]?[ \t]*(?:\)|\/\/.*)?\r?$/m.exec(
      text,
    )?.[1];
  return module === undefined ? undefined : posix.basename(module.replace(/(\/|\.)v\d+$/, ''));
}

/** Whether a manifest is a template: one of cargo-generate, cookiecutter, Go's text/template or the like. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}

/** Whether cargo takes a text for a package's name (Cargo reference, "The `name` field"). */
export function isCrateName(name: string): boolean {
  return /^[\p{XID_Start}_][\p{XID_Continue}-]*$/u.test(name);
}
