import { readPreamble } from './cgo.js';
import type { GoSource } from './model.js';

/**
 * Reads what stands before the first declaration of a Go file, and its `//go:embed` lines (The Go Programming
 * Language Specification, "Source file organization"; cmd/go, "Build constraints"; package embed).
 */
export function readGoSource(text: string): GoSource {
  const header = new Header(text);
  const { package: name, imports } = header.read();
  const cgo = imports.includes('C');
  return {
    package: name,
    imports: imports.filter((path) => path !== 'C' || cgo),
    constraint: constraintOf(text.slice(0, header.packageAt)),
    embeds: embedsOf(text),
    cgo: cgo ? readPreamble(text.slice(0, header.end)) : undefined,
  };
}

/** Go's tokens, as many as stand in a file's head. */
class Header {
  /** Where the package clause begins. */
  packageAt: number;
  /** Where the imports end. */
  end = 0;
  private at = 0;

  constructor(private readonly text: string) {
    this.packageAt = text.length;
  }

  read(): { package: string; imports: string[] } {
    const imports: string[] = [];
    if (this.word() !== 'package') return { package: '', imports };
    this.packageAt = this.at - 'package'.length;
    const name = this.word();
    for (;;) {
      this.end = this.at;
      if (this.word() !== 'import') return { package: name, imports };
      if (this.skip('(')) {
        while (!this.skip(')')) {
          const path = this.importSpec();
          if (path === undefined) return { package: name, imports };
          imports.push(path);
        }
      } else {
        const path = this.importSpec();
        if (path === undefined) return { package: name, imports };
        imports.push(path);
      }
    }
  }

  /** `name "path"`, where the name, `_` or `.` may be left out; undefined where the file ends or is none of Go's. */
  private importSpec(): string | undefined {
    this.blanks();
    if (!this.skip('.')) this.word();
    this.blanks();
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== '`') return undefined;
    const close = this.text.indexOf(quote, this.at + 1);
    if (close < 0) return undefined;
    const path = this.text.slice(this.at + 1, close);
    this.at = close + 1;
    return path;
  }

  private word(): string {
    this.blanks();
    const pattern = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  private skip(character: string): boolean {
    this.blanks();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** Passes blanks, semicolons, a byte order mark and comments. */
  private blanks(): void {
    const pattern = /(?:[\s;\uFEFF]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
    pattern.lastIndex = this.at;
    this.at += pattern.exec(this.text)?.[0].length ?? 0;
  }
}

/** A file without `//go:build` may have the older `// +build`, whose meaning is not read: it may be built. */
function constraintOf(head: string): string | undefined {
  return /^[ \t]*\/\/go:build[ \t]+(.*)$/m.exec(head.replaceAll(/\/\*[^]*?\*\//g, ''))?.[1]?.trim();
}

function embedsOf(text: string): string[] {
  if (!text.includes('//go:embed')) return [];
  return [...text.matchAll(/^[ \t]*\/\/go:embed[ \t]+(.+)$/gm)].flatMap(([, patterns = '']) =>
    [...patterns.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g)].map(([, double, raw, plain]) =>
      (double ?? raw ?? plain ?? '').replace(/^all:/, ''),
    ),
  );
}
