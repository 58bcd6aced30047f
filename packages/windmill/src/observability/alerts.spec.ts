import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ExecutionState } from '../executions/types.js';
import { createObserver } from './observer.js';

const file = join(import.meta.dirname, '../../alerts.yaml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}
const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** The last states of executions, and what takes their place if an engine has lost one. The compiler keeps the list complete. */
const ends: Record<
  Exclude<ExecutionState, 'queued' | 'scheduled' | 'running' | 'suspended'> | 'unknown',
  true
> = { succeeded: true, failed: true, canceled: true, 'timed-out': true, skipped: true, unknown: true };

/** The samples of an engine in which one execution has ended. */
async function samples(): Promise<string> {
  const registry = new Registry();
  const observer = createObserver(registry);
  observer.watch(() => ({ inProgress: 1, waiting: 1 }));
  observer.started('an-id', 'the script f/demo/greet')('failed');
  return registry.metrics();
}

it('counts every outcome from the start, so that the first failure is an increase', async () => {
  const known = await samples();
  for (const outcome of Object.keys(ends)) {
    expect(known).toContain(
      `windmill_engine_executions_total{outcome="${outcome}"} ${outcome === 'failed' ? 1 : 0}`,
    );
  }
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))('the alert %s', (_, rule) => {
  it('is raised by metrics and labels that an engine has', async () => {
    const known = await samples();
    const names = [...rule.expr.matchAll(/windmill_\w+/g)].map(([name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(known).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
    // Prometheus adds `job` and `instance`.
    const labels = [...rule.expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
    for (const label of labels) {
      if (!['job', 'instance'].includes(label)) expect(known).toContain(`{${label}="`);
    }
  });

  it('names only outcomes that executions have', () => {
    const named = [...rule.expr.matchAll(/outcome=~?"([^"]*)"/g)].flatMap(([, list = '']) => list.split('|'));
    for (const outcome of named) expect(Object.keys(ends)).toContain(outcome);
  });

  it('says how severe it is, and where', () => {
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
    const [, label = ''] = /\$labels\.(\w+)/.exec(rule.annotations.summary) ?? [];
    expect(['job', 'instance']).toContain(label);
    // A label that the expression sums away would be empty in the text.
    const kept = [...rule.expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, list = '']) => list.split(', '));
    for (const list of kept) expect(list).toContain(label);
  });
});

describe.skipIf(spawnSync('promtool', ['--version']).error !== undefined)('promtool', () => {
  it.each([
    ['accepts the alerts', ['check', 'rules', file]],
    ['raises each one when it is due', ['test', 'rules', join(import.meta.dirname, 'alerts.promtool.yaml')]],
  ])('%s', (_, args) => {
    execFileSync('promtool', args, { stdio: 'pipe' });
  });
});
