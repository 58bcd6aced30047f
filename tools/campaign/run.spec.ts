import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from './campaign.ts';
import { report } from './report.ts';
import { Results } from './results.ts';
import { runCampaign } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-campaign-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const reportFile = () => join(folder, 'docs/report.md');
const stateFile = () => join(folder, 'state/small.jsonl');

const facts = {
  ...{ name: 'small', machine: '2 cores', date: '2026-11-27' },
  campaign: { purpose: 'Shows something.', cases: 3 },
};

function start(run: Campaign['run'], more: Partial<Campaign> & { limit?: number } = {}): Promise<boolean> {
  const { limit, ...parts } = more;
  return runCampaign({
    ...{ name: 'small', machine: '2 cores', date: '2026-11-27', limit },
    campaign: { purpose: 'Shows something.', cases: 3, run, ...parts },
    ...{ stateFile: stateFile(), reportFile: reportFile(), say: () => undefined },
  });
}

describe('runCampaign', () => {
  it('runs every case once and writes a report with date and machine', async () => {
    const seen: number[] = [];
    const passed = await start((index) => Promise.resolve(`case ${seen.push(index)}`));
    expect(passed).toBe(true);
    expect(seen).toEqual([0, 1, 2]);
    expect(readFileSync(reportFile(), 'utf8').split('\n').slice(0, 7)).toEqual([
      '# Campaign: small',
      '',
      'Shows something.',
      '',
      '- Date: 2026-11-27',
      '- Machine: 2 cores',
      '- Cases: 3, of which 0 failed',
    ]);
    expect(existsSync(stateFile())).toBe(false);
  });

  it('resumes after an interruption with the remaining cases', async () => {
    const seen: number[] = [];
    const run = (index: number) => Promise.resolve(`case ${seen.push(index)}`);
    await start(run, { limit: 2 });
    expect(existsSync(reportFile())).toBe(false);
    expect(report(facts, new Results(stateFile()).read())).toContain('- Cases: 2 of 3, of which 0 failed\n');
    appendFileSync(stateFile(), '\n{"index":2,"pas');
    await start(run);
    expect(seen).toEqual([0, 1, 2]);
    expect(existsSync(reportFile())).toBe(true);
  });

  it('continues after a failed case, and lists it in the report', async () => {
    const passed = await start((index) =>
      index === 1 ? Promise.reject(new Error('two containers\nwere left')) : Promise.resolve('fine'),
    );
    expect(passed).toBe(false);
    expect(readFileSync(reportFile(), 'utf8')).toContain('- Case 2: two containers were left\n');
  });

  it('cleans up even if the campaign itself fails', async () => {
    let closed = 0;
    const close = () => {
      closed += 1;
    };
    const describe = () => {
      throw new Error('no description');
    };
    await expect(start(() => Promise.resolve(''), { close, describe })).rejects.toThrow('no description');
    expect(closed).toBe(1);
  });

  it('shortens what a failed case printed, which is no Markdown', () => {
    const failed = { index: 0, passed: false, detail: `see [this](/there) ${'x'.repeat(2_000)}`, seconds: 1 };
    const [line = ''] = report(facts, [failed])
      .split('\n')
      .filter((one) => one.startsWith('- Case 1: '));
    expect(line).toContain('see \\[this](/there)');
    expect(line.length).toBeLessThan(700);
  });
});
