import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readText } from '@millwright/toolkit';
import type { CaseResult } from './campaign.ts';

/** The results of an unfinished campaign, one JSON line for each case, so that an interrupted run can go on. */
export class Results {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The results so far. A last line that was cut off by a crash does not count. */
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
    // The line break comes first, so that a line that was cut off spoils no other.
    appendFileSync(this.file, `\n${JSON.stringify(result)}`);
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }
}
