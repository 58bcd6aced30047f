import { readFileSync } from 'node:fs';

/** What a text file holds; undefined where it is not there or may not be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
