import type { FactsBuilder } from './facts-builder.js';
import type { FileRead } from './facts.js';
import {
  defaultFilesOf,
  isLanguageAttribute,
  isLanguageDerive,
  isLanguageMacro,
  templateFiles,
} from './known-macros.js';
import { expandCargoVariables, pathArgument } from './path-arguments.js';
import { isLikelyPath } from './paths.js';
import type { Reading } from '../tokens/reading.js';

const sqlxQueries = /^query(?:_as|_scalar)?(?:_unchecked)?$|^query_file(?:_as|_scalar)?(?:_unchecked)?$/;

/** Finds the reads of a Rust source at compile time: macros, attributes, and path arguments of these. */
export class SourceRules {
  /** The end and the first identifier of the current attribute. */
  private attribute = { end: -1, name: '' };
  /** The end of the current macro call, except for macros of the language. */
  private callEnd = -1;
  /** Literals before this index were already used as arguments by a rule. */
  consumed = 0;

  constructor(
    private readonly reading: Reading,
    private readonly facts: FactsBuilder,
  ) {}

  apply(index: number): void {
    const { reading } = this;
    const token = reading.tokens[index];
    if (token?.kind === 'string') {
      this.argument(index, token.text);
    } else if (token?.text === '#') {
      this.enterAttribute(index);
    } else if (token?.kind === 'identifier') {
      if (index < this.attribute.end && reading.is(index + 1, '=')) this.attributeValue(index, token.text);
      else if (reading.is(index + 1, '!')) this.macroOrDefinition(index, token.text);
      else if (token.text === 'use' && reading.identifier(index - 1) === 'pub') this.addExports(index);
    }
  }

  private enterAttribute(index: number): void {
    const { reading, facts } = this;
    const open = reading.is(index + 1, '!') ? index + 2 : index + 1;
    if (!reading.is(open, '[')) return;
    const name = reading.identifier(open + 1) ?? '';
    this.attribute = { end: reading.closingOf(open), name };
    if (name === 'macro_export') facts.exportsMacros = true;
    else if (name === 'derive') this.derives(open + 2);
    else if (name === 'cfg_attr') this.conditional(open + 2);
    else if (!isLanguageAttribute(name)) facts.addMacro(this.reading.pathFrom(open + 1));
    if (name === 'template') this.templates(open + 2);
  }

  /** Handles the attributes in `cfg_attr`, after its condition. */
  private conditional(open: number): void {
    const { reading } = this;
    const end = reading.closingOf(open);
    let isFirst = false;
    for (let index = open + 1; index < end; index++) {
      const name = isFirst ? reading.identifier(index) : undefined;
      if (name === 'derive') this.derives(index + 1);
      else if (name !== undefined && !isLanguageAttribute(name))
        this.facts.addMacro(this.reading.pathFrom(index));
      isFirst = reading.is(index, ',');
      if (reading.closingOf(index) > index) index = reading.closingOf(index);
    }
  }

  private derives(open: number): void {
    const { reading } = this;
    const end = reading.closingOf(open);
    let isFirst = true;
    for (let index = open + 1; index < end; index++) {
      const path = isFirst ? reading.pathFrom(index) : '';
      if (path !== '' && !isLanguageDerive(path)) this.facts.addMacro(path);
      isFirst = reading.is(index, ',');
      if (reading.closingOf(index) > index) index = reading.closingOf(index);
    }
  }

  private attributeValue(index: number, key: string): void {
    const { reading, facts, attribute } = this;
    const path = reading.string(index + 2);
    if (path === undefined) return;
    if (key === 'path' && (attribute.name === 'path' || attribute.name === 'cfg_attr')) {
      this.consumed = index + 3;
    } else if (key === 'grammar' && attribute.name === 'grammar') {
      // pest resolves the path against `src`, then against the crate.
      facts.addFile({ path: `src/${path}`, base: 'crate', by: '#[grammar]', certain: false });
    } else if (key === 'folder' && attribute.name === 'folder') {
      this.consumed = index + 3;
      const inCrate = expandCargoVariables(path, facts);
      if (inCrate === 'generated') return;
      facts.addFile({ path: inCrate, base: 'crate', by: '#[folder]', certain: !this.mayBeMissing });
    } else if (key === 'module' && attribute.name === 'wasm_bindgen') {
      this.wasmModule(path);
    }
  }

  /** wasm-bindgen resolves a module path that begins with `/` against the crate, and reads its package.json. */
  private wasmModule(path: string): void {
    if (!path.startsWith('/')) return;
    this.facts.addFile({ path: path.slice(1), base: 'crate', by: 'wasm_bindgen' });
    this.facts.addFile({ path: 'package.json', base: 'crate', by: 'wasm_bindgen', certain: false });
  }

  private get mayBeMissing(): boolean {
    return this.facts.allowsMissing(this.reading);
  }

  /** Adds the whole folder `templates`, because a template may include and extend others in it. */
  private templates(open: number): void {
    const { reading, facts } = this;
    const end = reading.closingOf(open);
    let usesFile = false;
    for (let index = open + 1; index < end; index++) {
      usesFile ||= reading.is(index, 'path') || reading.is(index, 'file');
      if (reading.closingOf(index) > index) index = reading.closingOf(index);
    }
    if (!usesFile) return;
    facts.addFile({ path: 'templates', base: 'crate', by: '#[template]' });
    for (const path of templateFiles) {
      facts.addFile({ path, base: 'crate', by: '#[template]', certain: false });
    }
  }

  /** Handles `name!(…)`, or the definition `macro_rules! name { … }`. */
  private macroOrDefinition(index: number, name: string): void {
    const { reading, facts } = this;
    if (name === 'macro_rules') {
      facts.addDefinition(reading.identifier(index + 2));
    } else if (reading.closingOf(index + 2) > 0) {
      this.macro(index, name);
    }
  }

  private macro(index: number, name: string): void {
    const { reading, facts } = this;
    const open = index + 2;
    const close = reading.closingOf(open);
    if (!isLanguageMacro(name)) {
      facts.addMacro(this.reading.pathTo(index));
      this.callEnd = Math.max(this.callEnd, close);
    }
    if (name === 'include' || name === 'include_str' || name === 'include_bytes') {
      this.pathMacro(name, open, 'file');
    } else if (name === 'include_dir') {
      this.pathMacro(name, open, 'crate');
    } else if (name === 'env' || name === 'option_env') {
      const variable = reading.string(open + 1);
      if (variable === undefined) facts.addUnresolved(`${name}!`);
      else facts.addVariable(variable);
    } else if (name === 'migrate' || name === 'embed_migrations') {
      if (close === open + 1) this.migrations(name);
      else this.pathMacro(name, open, 'crate');
    } else if (name === 'link_to' && reading.identifier(open + 1) === 'module') {
      this.wasmModule(reading.string(open + 3) ?? '');
    } else if (sqlxQueries.test(name)) {
      this.sqlx(name, open, close);
    }
    for (const path of defaultFilesOf(name)) {
      facts.addFile({ path, base: 'crate', by: `${name}!`, certain: false });
    }
  }

  /** Diesel also searches for the folder above the crate. */
  private migrations(name: string): void {
    const by = `${name}!`;
    this.facts.addFile({ path: 'migrations', base: 'crate', by });
    if (name !== 'embed_migrations') return;
    for (const path of ['../migrations', '../../migrations'])
      this.facts.addFile({ path, base: 'crate', by, certain: false });
  }

  /** Adds sqlx's query data: `cargo sqlx prepare` writes `.sqlx` to the folder of the crate or the workspace. */
  private sqlx(name: string, open: number, close: number): void {
    const { reading, facts } = this;
    const by = `${name}!`;
    for (const base of ['crate', 'workspace'] as const) {
      facts.addFile({ path: '.sqlx', base, by, certain: false });
      // It may set the variables below.
      facts.addFile({ path: '.env', base, by, certain: false });
    }
    for (const variable of ['DATABASE_URL', 'SQLX_OFFLINE', 'SQLX_OFFLINE_DIR']) facts.addVariable(variable);
    if (!name.startsWith('query_file')) return;
    const isType = reading.string(open + 1) === undefined;
    const at = isType ? reading.nextComma(open + 1, close) + 1 : open + 1;
    const path = reading.string(at);
    if (path === undefined) {
      facts.addUnresolved(by);
      return;
    }
    facts.addFile({ path, base: 'crate', by });
    this.consumed = Math.max(this.consumed, at + 1);
  }

  private pathMacro(name: string, open: number, base: FileRead['base']): void {
    const close = this.reading.closingOf(open);
    const argument = pathArgument(this.reading, this.facts, open + 1, close, base);
    this.consumed = Math.max(this.consumed, close);
    if (argument === 'generated') return;
    if (argument) this.facts.addFile({ ...argument, by: `${name}!` });
    else this.facts.addUnresolved(`${name}!`);
  }

  /** Handles a literal argument of an unknown attribute or macro: it may be the path of a file to read. */
  private argument(index: number, text: string): void {
    if (index < this.consumed) return;
    const inAttribute = index < this.attribute.end && !isLanguageAttribute(this.attribute.name);
    if (inAttribute && this.attribute.name === 'files') this.filesOf(text);
    if ((!inAttribute && index >= this.callEnd) || !isLikelyPath(text)) return;
    this.consumed = index + 1;
    for (const base of ['file', 'crate', 'workspace'] as const) {
      this.facts.addFile({ path: text, base, by: 'literal', certain: false });
    }
  }

  /** rstest generates a test for each file that matches a glob, relative to the crate. */
  private filesOf(glob: string): void {
    const parts = glob.split('/');
    const first = parts.findIndex((part) => /[*?[\]{}]/.test(part));
    const folder = parts.slice(0, first < 0 ? -1 : first).join('/');
    // Files in the crate are inputs of its tests anyway.
    if (folder.startsWith('../')) this.facts.addFile({ path: folder, base: 'crate', by: '#[files]' });
  }

  /** Records the first names in the paths of a `pub use`. */
  private addExports(index: number): void {
    const { reading } = this;
    for (let at = index + 1; at < reading.tokens.length; at++) {
      if (reading.is(at, ';') || reading.is(at, 'use')) return;
      const name = reading.identifier(at);
      if (name !== undefined && !reading.is(at - 1, ':')) this.facts.addExport(name);
    }
  }
}
