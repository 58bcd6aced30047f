import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readText } from '@millwright/toolkit';
import type { CaseResult } from './campaign.ts';

/**
 * The results of an unfinished campaign, one JSON line per case, so that an interrupted run can be resumed.
 */
export class Results {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Returns the results so far. Ignores a last line that a crash truncated. */
  read(): CaseResult[] {
    return (readText(this.file) ?? '').split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as CaseResult];
      } catch {
        return [];
      }
    });
  }

  add(result: CaseResult): void {
    mkdirSync(dirname(this.file), { recursive: true });
    // The line break comes first, so that a truncated line does not affect the next one.
    appendFileSync(this.file, `\n${JSON.stringify(result)}`);
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }
}
