import { gitChangesVariable, gitVariable } from '@millwright/toolkit';
import type { Reading } from './reading.js';

const directive = /^cargo::?(rerun-if-changed|rerun-if-env-changed)=(.*)$/;
const gitCommand = /(?:^|[;&|(]\s*)git\s+[-a-z]/;
/** git's words whose answer differs where tracked files are changed. */
const asksForChanges = /^(?:--dirty(?:=.*)?|--broken(?:=.*)?|status|diff|diff-index|diff-files|stash)$/;
const ownMethods = new Set(['unwrap', 'expect', 'to_path_buf', 'as_path', 'to_owned', 'clone']);
const relativePath = /^(?![-/])[\w@.+-][\w@.+ -]*(\/[\w@.+-][\w@.+ -]*)*\/?$/;
const withExtension = /\.[A-Za-z][A-Za-z0-9]{0,9}$/;

/** What a build script or a procedural macro reads when it runs, as far as its literals tell. */
export class BuildScriptRules {
  /** Tokens before this one already belong to a path that was read. */
  private consumed = 0;

  constructor(private readonly reading: Reading) {}

  apply(index: number): void {
    const text = this.reading.string(index);
    if (text !== undefined) {
      const isDirective = this.directives(index, text);
      if (this.startsGit(index, text)) this.git();
      if (!isDirective && index >= this.consumed) this.path(index, text);
    } else if (this.reading.is(index, 'parent') && this.isMethod(index) && index >= this.consumed) {
      this.addJoined(this.follow(index - 1, []));
    } else {
      this.environment(index);
    }
  }

  /** `Command::new("git")`, or a shell's command line. */
  private startsGit(index: number, text: string): boolean {
    const named = text === 'git' && this.reading.is(index - 1, '(') && this.reading.is(index - 2, 'new');
    return named || gitCommand.test(text);
  }

  private git(): void {
    const { reading } = this;
    reading.addVariable(gitVariable);
    const words = reading.tokens.flatMap(({ kind, text }) => (kind === 'string' ? text.split(/\s+/) : []));
    if (words.some((word) => asksForChanges.test(word))) reading.addVariable(gitChangesVariable);
  }

  /** The lines that a build script prints for cargo (Cargo reference, "Outputs of the Build Script"). */
  private directives(index: number, text: string): boolean {
    if (!text.startsWith('cargo:')) return false;
    for (const line of text.split('\n')) {
      const [, name, printed] = directive.exec(line) ?? [];
      if (name === undefined || printed === undefined || printed === '') continue;
      const only = this.reading.is(index + 1, ',') ? this.reading.string(index + 2) : undefined;
      const value = printed === '{}' && only !== undefined ? only : printed;
      if (value.includes('{')) this.reading.addUnresolved(name);
      else if (name === 'rerun-if-env-changed') this.reading.addVariable(value);
      else this.reading.addFile({ path: value, base: 'crate', by: name });
    }
    return true;
  }

  private environment(index: number): void {
    const { reading } = this;
    const name = reading.identifier(index);
    if (name === undefined || !reading.is(index + 1, '(') || reading.is(index - 1, '.')) return;
    if (reading.is(index - 1, 'fn')) return;
    if (name === 'var' || name === 'var_os') {
      const variable = reading.string(index + 2);
      if (variable === undefined) reading.addUnresolved('env::var');
      else reading.addVariable(variable);
    } else if ((name === 'vars' || name === 'vars_os') && reading.is(index - 1, ':')) {
      reading.addUnresolved('env::vars');
    }
  }

  /** A literal that looks like a relative path, with what is joined to it. */
  private path(index: number, text: string): void {
    const start = text === 'CARGO_MANIFEST_DIR' ? [] : [text];
    const joined = this.follow(index + 1, start);
    if (text === 'CARGO_MANIFEST_DIR' || joined.length > 1) this.addJoined(joined);
    else if (text.includes('/') || withExtension.test(text)) this.addJoined([text]);
  }

  /** Follows `.join("x")` and `.parent()` from a position on, past brackets and unwrapping. */
  private follow(start: number, parts: readonly string[]): string[] {
    const { reading } = this;
    const joined = [...parts];
    let index = start;
    for (;;) {
      if (reading.is(index, ')') || reading.is(index, '?')) {
        index++;
        continue;
      }
      const method = reading.is(index, '.') ? reading.identifier(index + 1) : undefined;
      if (method === undefined || !reading.is(index + 2, '(')) break;
      const argument = reading.string(index + 3);
      if (method === 'join' && argument !== undefined) joined.push(argument);
      else if (method === 'parent') joined.push('..');
      else if (!ownMethods.has(method)) break;
      index = reading.closingOf(index + 2) + 1;
    }
    this.consumed = Math.max(this.consumed, index);
    return joined;
  }

  private addJoined(parts: readonly string[]): void {
    const path = parts.join('/');
    if (!relativePath.test(path) || /^[./]*$/.test(path)) return;
    this.reading.addFile({ path, base: 'crate', by: 'literal', certain: false });
  }

  private isMethod(index: number): boolean {
    return this.reading.is(index - 1, '.') && this.reading.is(index + 1, '(');
  }
}
