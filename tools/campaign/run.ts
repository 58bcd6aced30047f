import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Campaign, CaseResult } from './campaign.ts';
import { report } from './report.ts';
import { Results } from './results.ts';

export interface CampaignRun {
  readonly name: string;
  readonly campaign: Campaign;
  /** Where the results of an unfinished run are kept. */
  readonly stateFile: string;
  /** Where the report of a full run goes. */
  readonly reportFile: string;
  /** How many cases to run at most this time; all that are left where undefined. */
  readonly limit: number | undefined;
  readonly machine: string;
  /** As `2026-11-27`. */
  readonly date: string;
  readonly say: (line: string) => void;
}

/**
 * Runs the cases that have no result yet, and writes the report once every case has one.
 * @returns whether every case so far has passed
 */
export async function runCampaign(run: CampaignRun): Promise<boolean> {
  const { campaign, name, say } = run;
  const results = new Results(run.stateFile);
  const known = results.read().filter(({ index }) => index < campaign.cases);
  const done = new Set(known.map(({ index }) => index));
  const open = Array.from({ length: campaign.cases }, (_, index) => index).filter(
    (index) => !done.has(index),
  );
  if (done.size > 0) say(`${name}: ${done.size} of ${campaign.cases} cases have a result already`);
  const all = [...known];
  try {
    for (const index of open.slice(0, run.limit)) {
      const result = await runCase(campaign, index);
      results.add(result);
      all.push(result);
      const outcome = result.passed ? 'passed' : 'FAILED';
      say(`${outcome} ${index + 1}/${campaign.cases} (${result.seconds.toFixed(1)} s): ${result.detail}`);
    }
  } finally {
    await campaign.close?.();
  }
  if (all.length === campaign.cases) {
    writeReport(run, all);
    results.clear();
  }
  return all.every(({ passed }) => passed);
}

/** Writes the report of the cases so far. */
export function writeReport(run: CampaignRun, results: readonly CaseResult[]): void {
  mkdirSync(dirname(run.reportFile), { recursive: true });
  writeFileSync(run.reportFile, report(run, results));
  run.say(`${run.name}: the report is in ${run.reportFile}`);
}

async function runCase(campaign: Campaign, index: number): Promise<CaseResult> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const detail = await campaign.run(index);
    return { index, passed: true, detail, seconds: seconds() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { index, passed: false, detail, seconds: seconds() };
  }
}
