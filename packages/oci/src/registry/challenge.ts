/** A header WWW-Authenticate (RFC 9110, 11.6.1): what a registry asks for. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parses a header with one or more challenges. What is malformed is left out. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const token = /^[\s,]*([!#$%&'*+.^`|~\w-]+)(\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/;
  let rest = header;
  for (let match = token.exec(rest); match !== null; match = token.exec(rest)) {
    const [whole, name = '', isParameter, quoted, plain] = match;
    if (isParameter === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return challenges;
}
