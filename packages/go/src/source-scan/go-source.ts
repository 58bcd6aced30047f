import { readPreamble } from './cgo.js';
import { goTokens, type Token } from './go-lexer.js';
import { readLiterals } from './literal-reads.js';
import type { GoSource } from './model.js';

/**
 * Parses the header of a Go file, its `//go:embed` lines, and the reads that its code names in literals
 * (The Go Programming Language Specification, "Source file organization"; cmd/go, "Build constraints";
 * package embed).
 */
export function readGoSource(text: string): GoSource {
  const header = new Header(text);
  const { package: name, imports } = header.read();
  const cgo = imports.includes('C');
  return {
    package: name,
    imports,
    constraint: header.constraint,
    embeds: embedsOf(text),
    cgo: cgo ? readPreamble(text.slice(0, header.end)) : undefined,
    reads: readLiterals(text),
  };
}

/** Parses the package clause and imports of a file, and the build constraint before them. */
class Header {
  /** The end offset of the imports. */
  end = 0;
  /** The `//go:build` expression. The older `// +build` is not evaluated: such a file may be built. */
  constraint: string | undefined;
  private readonly tokens: Iterator<Token, undefined>;
  private token: Token | undefined;

  constructor(private readonly text: string) {
    this.tokens = goTokens(text);
    this.advance(true);
  }

  read(): { package: string; imports: string[] } {
    const imports: string[] = [];
    if (!this.skip('package')) return { package: '', imports };
    const name = this.word() ?? '';
    while (this.skip('import')) {
      const inBlock = this.skip('(');
      while (!(inBlock && this.skip(')'))) {
        const path = this.importSpec();
        if (path === undefined) return { package: name, imports };
        imports.push(path);
        if (!inBlock) break;
      }
    }
    return { package: name, imports };
  }

  /**
   * Parses `name "path"` with an optional name, `_` or `.`. Returns undefined at the end of the file or on
   * a syntax error.
   */
  private importSpec(): string | undefined {
    if (!this.skip('.')) this.word();
    const { token } = this;
    if (token?.kind !== 'string') return undefined;
    this.advance();
    return token.text;
  }

  private word(): string | undefined {
    const { token } = this;
    if (token?.kind !== 'word') return undefined;
    this.advance();
    return token.text;
  }

  private skip(text: string): boolean {
    if (this.token?.kind === 'string' || this.token?.text !== text) return false;
    this.advance();
    return true;
  }

  /** @param isHead true before the package clause */
  private advance(isHead = false): void {
    this.end = this.token?.end ?? 0;
    for (;;) {
      this.token = this.tokens.next().value;
      if (this.token?.kind !== 'comment') return;
      if (isHead) this.constraint ??= constraintIn(this.token, this.text);
    }
  }
}

/** Returns the constraint if the comment is on a line of its own. */
function constraintIn({ text, at }: Token, source: string): string | undefined {
  if (!/^\/\/go:build[ \t]/.test(text)) return undefined;
  const before = source.slice(source.lastIndexOf('\n', at - 1) + 1, at);
  return before.trim() === '' ? text.slice('//go:build'.length).trim() : undefined;
}

function embedsOf(text: string): string[] {
  if (!text.includes('//go:embed')) return [];
  return [...text.matchAll(/^[ \t]*\/\/go:embed[ \t]+(.+)$/gm)].flatMap(([, patterns = '']) =>
    [...patterns.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g)].map(([, double, raw, plain]) =>
      (double ?? raw ?? plain ?? '').replace(/^all:/, ''),
    ),
  );
}
