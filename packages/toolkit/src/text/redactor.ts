/** Shorter secrets would redact parts of ordinary words. */
const shortestSecret = 4;

/**
 * Redacts secrets from output. The time is linear in the text, regardless of the number of secrets, because
 * it searches for all at once with the Aho-Corasick automaton.
 */
export class Redactor {
  /** The transitions between states, by state and character. State 0 is the start. */
  private readonly next = new Map<number, number>();
  /** For each state, the state of the longest proper suffix that is a prefix of some secret. */
  private readonly fallback: number[] = [0];
  /** For each state, the length of the longest secret that ends there, or 0. */
  private readonly ending: number[] = [0];

  constructor(secrets: Iterable<string>) {
    const lines = new Set<string>();
    for (const secret of secrets) {
      for (const text of [secret, ...secret.split('\n')]) {
        if (text.trim().length >= shortestSecret) lines.add(text.trim());
      }
    }
    for (const line of lines) this.add(line);
    this.connect();
  }

  /** Returns the text with `***` for each secret and each password in a URL. */
  clean(text: string): string {
    return withoutPasswords(this.fallback.length === 1 ? text : this.withoutSecrets(text));
  }

  private add(secret: string): void {
    let state = 0;
    for (let at = 0; at < secret.length; at++) {
      const key = keyOf(state, secret.charCodeAt(at));
      let next = this.next.get(key);
      if (next === undefined) {
        next = this.fallback.push(0) - 1;
        this.ending.push(0);
        this.next.set(key, next);
      }
      state = next;
    }
    this.ending[state] = secret.length;
  }

  /** Computes the fallbacks in breadth-first order. */
  private connect(): void {
    const children = Map.groupBy(this.next, ([key]) => Math.floor(key / characters));
    const queue = [0];
    for (const state of queue) {
      for (const [key, child] of children.get(state) ?? []) {
        queue.push(child);
        if (state === 0) continue;
        const before = this.step(this.fallback[state] ?? 0, key % characters);
        this.fallback[child] = before;
        this.ending[child] = Math.max(this.ending[child] ?? 0, this.ending[before] ?? 0);
      }
    }
  }

  private step(from: number, character: number): number {
    for (let state = from; ; state = this.fallback[state] ?? 0) {
      const next = this.next.get(keyOf(state, character));
      if (next !== undefined) return next;
      if (state === 0) return 0;
    }
  }

  private withoutSecrets(text: string): string {
    // Overlapping secrets are redacted as one, so that no part remains.
    const found: { start: number; end: number }[] = [];
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = this.step(state, text.charCodeAt(at));
      const length = this.ending[state] ?? 0;
      if (length === 0) continue;
      const [start, end] = [at + 1 - length, at + 1];
      let last = found.at(-1);
      const merged = { start, end };
      while (last !== undefined && last.end > merged.start) {
        merged.start = Math.min(merged.start, last.start);
        found.pop();
        last = found.at(-1);
      }
      found.push(merged);
    }
    const parts: string[] = [];
    let rest = 0;
    for (const { start, end } of found) {
      parts.push(text.slice(rest, start), '***');
      rest = end;
    }
    return [...parts, text.slice(rest)].join('');
  }
}

/** The number of UTF-16 code units. */
const characters = 1 << 16;

function keyOf(state: number, character: number): number {
  return state * characters + character;
}

/** Redacts the password in `scheme://user:password@host`. */
function withoutPasswords(text: string): string {
  const parts: string[] = [];
  let rest = 0;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    const [authority = ''] = endOfAuthority.exec(text.slice(start, start + maxAuthorityLength)) ?? [];
    const end = start + authority.lastIndexOf('@');
    const colon = start + authority.indexOf(':');
    if (end < start || colon < start || colon >= end) continue;
    parts.push(text.slice(rest, colon + 1), '***');
    rest = end;
  }
  return [...parts, text.slice(rest)].join('');
}

const endOfAuthority = /^[^/\s"'`<>]*/;

/**
 * Longer than any authority with a password. Without a limit, adversarial texts would take quadratic time.
 */
const maxAuthorityLength = 4_096;
