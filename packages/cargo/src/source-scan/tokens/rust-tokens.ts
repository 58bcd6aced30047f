import { isWordCharacter } from '@millwright/toolkit';

export type TokenKind = 'identifier' | 'string' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  /** The identifier, the punctuation character, or the value of the string with escapes undone. */
  readonly text: string;
  /** Where the token begins in the source. */
  readonly offset: number;
}

const quote = 0x22;
const apostrophe = 0x27;
const backslash = 0x5c;
const slash = 0x2f;
const star = 0x2a;
const newline = 0x0a;
const hash = 0x23;

/** Prefixes of string literals: raw, byte and C strings. */
const stringPrefixes = new Set(['r', 'b', 'br', 'c', 'cr']);

/**
 * Splits a Rust source into identifiers, string literals and punctuation, without comments, lifetimes and character
 * literals (Rust reference, "Lexical structure"). Invalid Rust also yields tokens, never an error. Numbers are
 * identifiers.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const { length } = source;
  let position = 0;
  while (position < length) {
    const code = source.charCodeAt(position);
    if (code <= 0x20) {
      position++;
    } else if (code === slash && source.charCodeAt(position + 1) === slash) {
      position = endOfLine(source, position);
    } else if (code === slash && source.charCodeAt(position + 1) === star) {
      position = endOfBlockComment(source, position);
    } else if (code === quote) {
      const end = endOfString(source, position + 1);
      tokens.push({ kind: 'string', text: unescape(source.slice(position + 1, end)), offset: position });
      position = end + 1;
    } else if (code === apostrophe) {
      position = endOfApostrophe(source, position);
    } else if (isWordCharacter(code)) {
      position = word(source, position, tokens);
    } else {
      tokens.push({ kind: 'punctuation', text: source.charAt(position), offset: position });
      position++;
    }
  }
  return tokens;
}

/** Reads an identifier, or a string literal with a prefix; returns its end. */
function word(source: string, start: number, tokens: Token[]): number {
  let end = start + 1;
  while (isWordCharacter(source.charCodeAt(end))) end++;
  const text = source.slice(start, end);
  const next = source.charCodeAt(end);
  if ((next !== quote && next !== hash && next !== apostrophe) || !stringPrefixes.has(text)) {
    tokens.push({ kind: 'identifier', text, offset: start });
    return end;
  }
  if (next === apostrophe) {
    if (text === 'b') return endOfApostrophe(source, end);
    tokens.push({ kind: 'identifier', text, offset: start });
    return end;
  }
  if (next === quote && !text.endsWith('r')) {
    const close = endOfString(source, end + 1);
    tokens.push({ kind: 'string', text: unescape(source.slice(end + 1, close)), offset: start });
    return close + 1;
  }
  return rawString(source, start, end, tokens);
}

/** Reads `r"…"` or `r#"…"#`; `r#name` is an identifier, and any other hash is punctuation. */
function rawString(source: string, start: number, end: number, tokens: Token[]): number {
  let open = end;
  while (source.charCodeAt(open) === hash) open++;
  const text = source.slice(start, end);
  if (source.charCodeAt(open) === quote && text.endsWith('r')) {
    const closing = `"${source.slice(end, open)}`;
    const close = source.indexOf(closing, open + 1);
    const stop = close < 0 ? source.length : close;
    tokens.push({ kind: 'string', text: source.slice(open + 1, stop), offset: start });
    return stop + closing.length;
  }
  if (text === 'r' && open === end + 1 && isWordCharacter(source.charCodeAt(open))) return open;
  tokens.push({ kind: 'identifier', text, offset: start });
  return end;
}

function endOfLine(source: string, position: number): number {
  const end = source.indexOf('\n', position);
  return end < 0 ? source.length : end;
}

/** Block comments nest. */
function endOfBlockComment(source: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < source.length) {
    const code = source.charCodeAt(position);
    const next = source.charCodeAt(position + 1);
    if (code === slash && next === star) {
      depth++;
      position += 2;
    } else if (code === star && next === slash) {
      depth--;
      position += 2;
      if (depth === 0) return position;
    } else {
      position++;
    }
  }
  return source.length;
}

/** Returns the position of the closing quote, or the end of the source. */
function endOfString(source: string, start: number): number {
  let position = start;
  while (position < source.length) {
    const code = source.charCodeAt(position);
    if (code === quote) return position;
    position += code === backslash ? 2 : 1;
  }
  return source.length;
}

/** Returns the end of a character literal, or of the apostrophe of a lifetime or label. */
function endOfApostrophe(source: string, start: number): number {
  if (source.charCodeAt(start + 1) === backslash) {
    let position = start + 3;
    while (position < source.length && source.charCodeAt(position) !== apostrophe) {
      if (source.charCodeAt(position) === newline) return start + 1;
      position++;
    }
    return position + 1;
  }
  const character = source.codePointAt(start + 1) ?? 0;
  const close = start + (character > 0xffff ? 3 : 2);
  return source.charCodeAt(close) === apostrophe ? close + 1 : start + 1;
}

const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F_]{1,8})\}|\r?\n\s*|([^]))/g,
    (_, byte?: string, unicode?: string, other?: string) => {
      const digits = byte ?? unicode?.replaceAll('_', '');
      if (digits !== undefined) return characterOf(Number.parseInt(digits, 16));
      return other === undefined ? '' : (simpleEscapes[other] ?? other);
    },
  );
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
