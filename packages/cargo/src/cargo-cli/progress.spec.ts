import { describe, expect, it } from 'vitest';
import { Progress } from './progress.js';

describe('progress', () => {
  const record = (inPlace: boolean) => {
    const written: string[] = [];
    let time = 0;
    const progress = new Progress('x', { inPlace, write: (text) => written.push(text), now: () => time });
    return { written, progress, wait: (milliseconds: number) => (time += milliseconds) };
  };

  it('prints a line from time to time if the output is not a terminal', () => {
    const { written, progress, wait } = record(false);
    progress.expect(3);
    progress.step();
    wait(6_000);
    progress.step();
    progress.finish('built');
    expect(written).toEqual(['x: 2 of 3 crates, 6.0 s\n', 'x: built (2 of 3 crates, 6.0 s)\n']);
  });

  it('redraws one line on a terminal, and clears it before other output', () => {
    const { written, progress, wait } = record(true);
    wait(200);
    progress.step();
    progress.print('a line');
    expect(written).toEqual(['\r\u001b[K' + 'x: 1 crate, 0.2 s', '\r\u001b[K', 'a line\n']);
  });
});
