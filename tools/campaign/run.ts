import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Campaign, CaseResult } from './campaign.ts';
import { report } from './report.ts';
import { Results } from './results.ts';

export interface CampaignRun {
  readonly name: string;
  readonly campaign: Campaign;
  /** The file for results of an unfinished run. */
  readonly stateFile: string;
  /** The file for the report of a full run. */
  readonly reportFile: string;
  /** The maximum number of cases in this run (default: all remaining ones). */
  readonly limit: number | undefined;
  readonly machine: string;
  /** In the format `2026-11-27`. */
  readonly date: string;
  readonly say: (line: string) => void;
}

/**
 * Runs the remaining cases, and writes the report once all cases have a result.
 * @returns true if all cases so far have passed
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
