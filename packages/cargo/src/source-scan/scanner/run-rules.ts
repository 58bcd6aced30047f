import { targetsHostCpu, hostCpuVariable } from '@millwright/toolkit';
import type { FactsBuilder } from './facts-builder.js';
import { isVariableName } from './cargo-variables.js';
import { fileAccessNames, isRenamed, isUnderstood, readers } from './file-access.js';
import { startOfChain } from '../tokens/chains.js';
import { isLikelyPath, isOnlyDots } from './paths.js';
import { PathValues } from '../values/path-values.js';
import type { Reading } from '../tokens/reading.js';
import type { SourceRules } from './rules.js';
import { gitMarks } from './facts.js';

/** Directives that decide when a build script runs again, or that name files for linkers. */
const directive =
  /^cargo::?(rerun-if-changed|rerun-if-env-changed|rustc-flags|rustc-link-search|rustc-(?:cdylib-)?link-arg(?:-\w+)?)=(.*)$/;
/**
 * Names of functions and macros that read a variable, except those of the standard library, which have their own
 * rules.
 */
const variableReaders =
  /^(?!(?:set|remove|with|option)_|env$|vars?$|var_os$)(?:\w*_)?(?:env|envvar|getenv|var)(?:_\w+)?$/;
const gitCommand = /(?:^|[;&|(]\s*)git\s+[-a-z]/;
/** Arguments of git whose output depends on changes in the work tree. */
const changeSensitiveArgument =
  /^(?:--dirty(?:=.*)?|--broken(?:=.*)?|status|diff|diff-index|diff-files|stash)$/;

/** Programs that read no files of a package. */
const harmlessPrograms = new Set([
  'cargo',
  'date',
  'git',
  'hostname',
  'nproc',
  'rustc',
  'rustup',
  'uname',
  'whoami',
]);
/** Finds the reads of a build script, procedural macro or test at run time, from its source. */
export class RunRules {
  private readonly values: PathValues;
  /** Whether the arguments of git commands were searched already. */
  private gitHandled = false;

  constructor(
    private readonly reading: Reading,
    private readonly facts: FactsBuilder,
    private readonly source: Pick<SourceRules, 'consumed'>,
  ) {
    this.values = new PathValues(reading);
  }

  apply(index: number): void {
    const { reading, facts } = this;
    const text = reading.string(index);
    if (text !== undefined) {
      const isDirective = this.directives(index, text);
      if (this.callsGit(index, text)) this.git();
      if (targetsHostCpu(text)) this.facts.addRunVariable(hostCpuVariable);
      if (!this.isDefinition(index)) facts.addName(text);
      if (!isDirective && index >= this.source.consumed) this.literal(text);
      return;
    }
    const name = reading.identifier(index);
    if (name === undefined) return;
    if (name === 'parent' || name === 'ancestors') facts.run.climbs = true;
    if (fileAccessNames.has(name)) {
      facts.run.touchesFiles = true;
      if (!isUnderstood(reading, index, name)) facts.run.computed = true;
    }
    if (name === 'as' && isRenamed(reading, index)) facts.run.computed = true;
    if (reading.is(index + 1, '(') && !reading.is(index - 1, 'fn')) this.call(index, name);
    this.helper(index, name);
    if (name === 'join' && reading.is(index - 1, '.')) this.addJoined(index);
  }

  /** Returns whether a literal calls git: `Command::new("git")`, `cmd!("git", "describe")`, or a shell command. */
  private callsGit(index: number, text: string): boolean {
    const isArgument = this.reading.is(index - 1, '(') || this.reading.is(index - 1, '[');
    return (text === 'git' && isArgument) || gitCommand.test(text);
  }

  private git(): void {
    if (this.gitHandled) return;
    this.gitHandled = true;
    const { reading, facts } = this;
    facts.addRunVariable(gitMarks.state);
    const words = reading.tokens.flatMap(({ kind, text }) => (kind === 'string' ? text.split(/\s+/) : []));
    if (words.some((word) => changeSensitiveArgument.test(word))) facts.addRunVariable(gitMarks.changes);
  }

  /** Handles lines that a build script prints for cargo (Cargo reference, "Outputs of the Build Script"). */
  private directives(index: number, text: string): boolean {
    if (!text.startsWith('cargo:')) return false;
    const kinds = new Set(text.split('\n').flatMap((line) => directive.exec(line)?.[1] ?? []));
    if (kinds.size === 0) return true;
    const lines = text.includes('{') ? this.values.format(index) : [{ path: text }];
    for (const value of lines ?? []) if (value !== 'generated') this.addPrinted(value.path);
    for (const kind of kinds) {
      if (kind.startsWith('rerun')) this.facts.run.declares = true;
      if (lines !== undefined) continue;
      if (kind === 'rerun-if-env-changed') this.facts.run.readsComputedNames = true;
      if (kind.startsWith('rerun')) this.facts.addUnresolved(kind);
      else this.facts.run.computed = true;
    }
    return true;
  }

  private addPrinted(lines: string): void {
    for (const line of lines.split('\n')) {
      const [, kind = '', value = ''] = directive.exec(line) ?? [];
      if (value === '') continue;
      if (kind === 'rerun-if-env-changed') this.facts.addRunVariable(value);
      else if (kind === 'rerun-if-changed') this.facts.addRunPath({ path: value, by: kind, certain: true });
      else for (const path of linkedPaths(value)) this.facts.addRunPath({ path, by: kind, certain: false });
    }
  }

  private call(index: number, name: string): void {
    const { reading, facts } = this;
    const open = index + 1;
    const isMethod = reading.is(index - 1, '.');
    if (!isMethod && (name === 'var' || name === 'var_os')) {
      this.variable(open);
    } else if (!isMethod && (name === 'vars' || name === 'vars_os') && reading.is(index - 1, ':')) {
      facts.addUnresolved('env::vars');
    } else if (name === 'new' && reading.identifier(index - 3) === 'Command') {
      this.program(open + 1);
    } else if (name === 'new' && reading.identifier(index - 3) === 'WalkDir') {
      this.addRead(this.values.of(open + 1, reading.closingOf(open)));
    } else if (Object.hasOwn(readers, name)) {
      this.reader(index, name, isMethod);
    }
  }

  /** Handles the argument of `env::var`: a literal, or an expression with known values. */
  private variable(open: number): void {
    const { reading, facts, values } = this;
    const found = values.of(open + 1, reading.nextComma(open + 1, reading.closingOf(open)));
    for (const value of found ?? []) if (value !== 'generated') facts.addRunVariable(value.path);
    if (found !== undefined) return;
    facts.run.readsComputedNames = true;
    facts.addUnresolved('env::var');
  }

  /** Handles `env_flag("NAME")` and `get_env!("NAME")`: the argument of such a function or macro is a variable. */
  private helper(index: number, name: string): void {
    const { reading, facts } = this;
    if (!variableReaders.test(name) || reading.is(index - 1, '.') || reading.is(index - 1, 'fn')) return;
    const variable = reading.string(reading.is(index + 1, '!') ? index + 3 : index + 2);
    if (variable !== undefined && isVariableName(variable)) facts.addRunVariable(variable);
  }

  /** Returns whether a literal is a macro for C code and not a variable: `build.define("HAVE_X", None)`. */
  private isDefinition(index: number): boolean {
    return this.reading.is(index - 1, '(') && this.reading.is(index - 2, 'define');
  }

  /** Handles `Command::new`: an unknown program may read any file. */
  private program(start: number): void {
    const { reading, facts } = this;
    const name = reading.string(start);
    if (name !== undefined && harmlessPrograms.has(name)) return;
    const variable = reading.tokens.slice(start, start + 12).find(({ kind }) => kind === 'string')?.text;
    if (name === undefined && (variable === 'RUSTC' || variable === 'CARGO')) return;
    facts.run.computed = true;
  }

  private reader(index: number, name: string, isMethod: boolean): void {
    const { reading, facts, values } = this;
    const open = index + 1;
    const close = reading.closingOf(open);
    const takesReceiver = isMethod && readers[name] !== 'argument';
    if (isMethod && readers[name] === 'argument') {
      // As methods: `read` and `read_to_string` of an open file, `copy` of a slice. Only `open` of OpenOptions takes
      // a path.
      if (name === 'open') facts.run.computed = true;
      return;
    }
    if (takesReceiver) {
      const start = startOfChain(reading, index - 1);
      const found = start === undefined ? undefined : values.of(start, index - 1);
      this.addRead(found);
      return;
    }
    this.addRead(values.of(open + 1, reading.nextComma(open + 1, close)));
  }

  private addRead(found: ReturnType<PathValues['of']>): void {
    const { facts } = this;
    if (found === undefined) facts.run.computed = true;
    for (const value of found ?? []) {
      if (value === 'generated') continue;
      // For a glob pattern, add the folder before it, which covers all matches.
      const path = value.path.replace(/(^|\/)[^/]*[*?[{].*$/, '$1');
      facts.addRunPath({ path: path === '' ? '.' : path, by: 'read', certain: false });
    }
  }

  /** Adds a literal that looks like a path. */
  private literal(text: string): void {
    if (isLikelyPath(text)) this.facts.addRunPath({ path: text, by: 'literal', certain: false });
  }

  /** Adds the value of a chain that ends in `join`; if it is unknown, the joined argument. */
  private addJoined(index: number): void {
    const { reading, facts } = this;
    if (reading.is(reading.closingOf(index + 1) + 1, '.')) {
      const next = reading.identifier(reading.closingOf(index + 1) + 2);
      if (next === 'join') return;
    }
    const start = startOfChain(reading, index - 1);
    const found = start === undefined ? undefined : this.values.of(start, reading.closingOf(index + 1) + 1);
    const parts = found ?? this.values.of(index + 2, reading.closingOf(index + 1));
    for (const value of parts ?? []) {
      if (value !== 'generated' && !isOnlyDots(value.path)) {
        facts.addRunPath({ path: value.path, by: 'literal', certain: false });
      }
    }
  }
}

/** Returns the files and folders in a linker's arguments: `native=libs`, `-Tlink.x`, `-L libs`. */
function linkedPaths(text: string): string[] {
  const parts = text.split(/[\s,]+/).map((part) => part.replace(/^(?:\w+=|-[LT])/, ''));
  return parts.filter((part) => part !== '' && !part.startsWith('-'));
}
