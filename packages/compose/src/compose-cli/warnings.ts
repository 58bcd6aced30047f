/**
 * The warnings in what Compose prints, each once. Without a terminal it logs in logfmt:
 * `time="…" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."`.
 */
export function warningsIn(output: string): string[] {
  const found = [...output.matchAll(/^time=\S+ level=warning msg="((?:[^"\\]|\\.)*)"$/gm)];
  return [...new Set(found.map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1')))];
}

/** The variables of which Compose warns that they have no value. */
export function unsetVariablesIn(output: string): string[] {
  return warningsIn(output).flatMap((text) => /^The "(\w+)" variable is not set/.exec(text)?.[1] ?? []);
}
