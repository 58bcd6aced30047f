/**
 * Returns the distinct warnings in the output of Compose. Without a terminal, Compose logs in logfmt:
 * `time="…" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."`.
 */
export function warningsIn(output: string): string[] {
  const found = [...output.matchAll(/^time=\S+ level=warning msg="((?:[^"\\]|\\.)*)"$/gm)];
  return [...new Set(found.map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1')))];
}

/** Returns the unset variables that Compose warns about. */
export function unsetVariablesIn(output: string): string[] {
  return warningsIn(output).flatMap((text) => /^The "(\w+)" variable is not set/.exec(text)?.[1] ?? []);
}
