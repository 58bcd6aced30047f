import { isCargoVariable } from './cargo-variables.js';
import { variablesIn } from './interpolated-path.js';
import type { FileRead, Reading } from './reading.js';

/** Where a macro's path argument is read from; `generated` for a file that a build script wrote. */
type PathArgument = Pick<FileRead, 'path' | 'base'> | 'generated' | undefined;

const sqlxQueries = /^query(?:_as|_scalar)?(?:_unchecked)?$|^query_file(?:_as|_scalar)?(?:_unchecked)?$/;

/** What any Rust source reads when it is compiled: by macros, by attributes, by paths that leave the crate. */
export class SourceRules {
  /** The end of the attribute that the position is in, and its first identifier. */
  private attribute = { end: -1, name: '' };
  private macroEnd = -1;
  /** Literals before this position are the arguments of a rule that was applied. */
  private consumed = 0;

  constructor(private readonly reading: Reading) {}

  apply(index: number): void {
    const { reading } = this;
    const token = reading.tokens[index];
    if (token?.kind === 'string') {
      this.leavingPath(index, token.text);
    } else if (token?.text === '#') {
      this.enterAttribute(index);
    } else if (token?.kind === 'identifier') {
      if (index < this.attribute.end && reading.is(index + 1, '=')) this.attributeValue(index, token.text);
      else if (reading.is(index + 1, '!') && reading.closingOf(index + 2) > 0) this.macro(index, token.text);
    }
  }

  private enterAttribute(index: number): void {
    const { reading } = this;
    const open = reading.is(index + 1, '!') ? index + 2 : index + 1;
    if (!reading.is(open, '[')) return;
    this.attribute = { end: reading.closingOf(open), name: reading.identifier(open + 1) ?? '' };
  }

  private attributeValue(index: number, key: string): void {
    const { reading, attribute } = this;
    const path = reading.string(index + 2);
    if (path === undefined) return;
    if (key === 'path' && (attribute.name === 'path' || attribute.name === 'cfg_attr')) {
      this.consumed = index + 3;
      reading.addFile({ path, base: 'file', by: '#[path]' });
    } else if (key === 'path' && attribute.name === 'template') {
      // A template may include and extend its neighbours, and what it names stands below `templates`.
      reading.addFile({ path: 'templates', base: 'crate', by: '#[template]' });
    } else if (key === 'folder' && attribute.name === 'folder') {
      this.consumed = index + 3;
      const inCrate = this.fromVariables(path);
      if (inCrate === 'generated') return;
      const mayBeMissing = reading.tokens.some(
        ({ kind, text }) => kind === 'identifier' && text === 'allow_missing',
      );
      reading.addFile({ path: inCrate, base: 'crate', by: '#[folder]', certain: !mayBeMissing });
    }
  }

  private macro(index: number, name: string): void {
    const { reading } = this;
    const open = index + 2;
    const close = reading.closingOf(open);
    this.macroEnd = Math.max(this.macroEnd, close);
    if (name === 'include' || name === 'include_str' || name === 'include_bytes') {
      this.pathMacro(name, open, 'file');
    } else if (name === 'include_dir') {
      this.pathMacro(name, open, 'crate');
    } else if (name === 'env' || name === 'option_env') {
      const variable = reading.string(open + 1);
      if (variable === undefined) reading.addUnresolved(`${name}!`);
      else reading.addVariable(variable);
    } else if (name === 'migrate' || name === 'embed_migrations') {
      if (close === open + 1) reading.addFile({ path: 'migrations', base: 'crate', by: `${name}!` });
      else this.pathMacro(name, open, 'crate');
    } else if (sqlxQueries.test(name)) {
      this.sqlx(name, open, close);
    }
  }

  /** The sqlx book-keeping: `cargo sqlx prepare` writes `.sqlx`, in the crate's folder or the workspace's. */
  private sqlx(name: string, open: number, close: number): void {
    const { reading } = this;
    const by = `${name}!`;
    for (const base of ['crate', 'workspace'] as const) {
      reading.addFile({ path: '.sqlx', base, by, certain: false });
    }
    for (const variable of ['DATABASE_URL', 'SQLX_OFFLINE', 'SQLX_OFFLINE_DIR'])
      reading.addVariable(variable);
    if (!name.startsWith('query_file')) return;
    for (let index = open + 1; index < close; index++) {
      const path = reading.string(index);
      if (path !== undefined) {
        reading.addFile({ path, base: 'crate', by });
        this.consumed = Math.max(this.consumed, index + 1);
        return;
      }
    }
    reading.addUnresolved(by);
  }

  private pathMacro(name: string, open: number, base: FileRead['base']): void {
    const close = this.reading.closingOf(open);
    const argument = this.pathArgument(open + 1, close, base);
    this.consumed = Math.max(this.consumed, close);
    if (argument === 'generated') return;
    if (argument) this.reading.addFile({ ...argument, by: `${name}!` });
    else this.reading.addUnresolved(`${name}!`);
  }

  /** A literal, or a `concat!` of literals that may begin with `env!("CARGO_MANIFEST_DIR")`. */
  private pathArgument(start: number, close: number, base: FileRead['base']): PathArgument {
    const { reading } = this;
    const end = reading.is(close - 1, ',') ? close - 1 : close;
    const literal = reading.string(start);
    if (literal !== undefined && end === start + 1) {
      const inCrate = literal.startsWith('$') ? this.fromVariables(literal) : undefined;
      if (inCrate === 'generated') return 'generated';
      return inCrate === undefined ? { path: literal, base } : { path: inCrate, base: 'crate' };
    }
    if (!reading.is(start, 'concat') || reading.closingOf(start + 2) !== end - 1) return undefined;
    return this.concatenation(start + 3, end - 1, base);
  }

  private concatenation(start: number, end: number, base: FileRead['base']): PathArgument {
    const { reading } = this;
    let path = '';
    let from = base;
    let index = start;
    while (index < end) {
      const literal = reading.string(index);
      if (literal !== undefined) {
        path += literal;
        index++;
      } else if (reading.is(index, 'env') && reading.is(index + 1, '!')) {
        const variable = reading.string(index + 3);
        if (variable === 'OUT_DIR') return 'generated';
        if (variable !== 'CARGO_MANIFEST_DIR' || path !== '') return undefined;
        from = 'crate';
        index = reading.closingOf(index + 2) + 1;
      } else if (reading.is(index, ',')) {
        index++;
      } else {
        return undefined;
      }
    }
    return { path: from === 'crate' ? path.replace(/^\/+/, '') : path, base: from };
  }

  /** A path out of the crate, given to an attribute or a macro that is not known by name, may be read. */
  private leavingPath(index: number, path: string): void {
    if (!path.startsWith('../') || /[\n{}*?<>|]/.test(path)) return;
    if (index < this.consumed || (index >= this.attribute.end && index >= this.macroEnd)) return;
    for (const base of ['file', 'crate'] as const) {
      this.reading.addFile({ path, base, by: 'literal', certain: false });
    }
  }

  /** rust-embed and include_dir put variables in place themselves. */
  private fromVariables(path: string): string {
    const inCrate = path.replace(/^\$(?:\{CARGO_MANIFEST_DIR\}|CARGO_MANIFEST_DIR(?!\w))\/?/, '');
    const variables = variablesIn(inCrate);
    if (variables.some((name) => isCargoVariable(name, 'source'))) return 'generated';
    for (const name of variables) this.reading.addVariable(name);
    return inCrate;
  }
}
