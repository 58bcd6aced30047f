import { posix } from 'node:path';

/** The names in a Cargo.toml. It is parsed line by line, so that an invalid manifest still has a name. */
export interface CargoNames {
  /** The package name. */
  readonly crate: string | undefined;
  /** The project name in `[package.metadata.millwright]`. */
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

/** Returns the content of the quotes at the start of a text. */
function quotedAt(text: string): string | undefined {
  const [quote = ''] = text;
  const end = quote === '"' || quote === "'" ? text.indexOf(quote, 1) : -1;
  return end < 0 ? undefined : text.slice(1, end);
}

/** Normalizes a key: `a . "b"` equals `a.b`. */
function plainKey(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.');
}

function inlinePackageName(text: string): string | undefined {
  return /^package\s*=\s*\{[^}\n]*?\bname\s*=\s*["']([^"'\n]*)["']/m.exec(text)?.[1];
}

/**
 * Returns the last element of the module path without a major version. Undefined if a go.mod has no module
 * directive.
 */
export function goModuleName(text: string): string | undefined {
  const module =
    /^[ \t]*module[ \t]+(?:\([ \t]*\n?[ \t]*)?["`]?([\w.~/+-]+)["`]?[ \t]*(?:\)|\/\/.*)?\r?$/m.exec(
      text,
    )?.[1];
  return module === undefined ? undefined : posix.basename(module.replace(/(\/|\.)v\d+$/, ''));
}

/**
 * Returns true if a manifest is a template, for example of cargo-generate, cookiecutter or Go's
 * text/template.
 */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}

/** Returns true if cargo accepts a text as a package name (Cargo reference, "The `name` field"). */
export function isCrateName(name: string): boolean {
  return /^[\p{XID_Start}_][\p{XID_Continue}-]*$/u.test(name);
}
