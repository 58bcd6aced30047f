import { readdirSync } from 'node:fs';

/** Returns the names in a folder. Empty if it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
