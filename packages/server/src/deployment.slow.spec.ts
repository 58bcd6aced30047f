import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { serverConfigSchema } from './config/schema.js';
import { createMetrics } from './http/metrics.js';

const folder = join(import.meta.dirname, '../../../stacks/remote-cache');
const isMissing = (program: string) =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined;
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

it('configures the server on Kubernetes with fields that it knows', () => {
  const documents = parseAllDocuments(textOf('kubernetes.yaml')).map(
    (document) => document.toJS() as { kind: string; data?: Record<string, string> },
  );
  const config = documents.find(({ kind }) => kind === 'ConfigMap')?.data?.['server.json'] ?? '';
  expect(serverConfigSchema.parse(JSON.parse(config)).s3?.bucket).toBe('millwright-cache');
});

describe.skipIf(isMissing('kubernetes-validate') && process.env.CI === undefined)(
  'kubernetes-validate',
  () => {
    it('accepts the manifests', () => {
      execFileSync('kubernetes-validate', ['--strict', join(folder, 'kubernetes.yaml')], { stdio: 'pipe' });
    });
  },
);

it('alerts only on metrics, labels and values that the server has', async () => {
  const { registry, metrics } = createMetrics();
  metrics.requests.inc({ method: 'GET', result: 'hit' });
  metrics.identities.inc({ result: 'refused' });
  const known = await registry.metrics();
  const { groups } = parse(textOf('alerts.yaml')) as { groups: { rules: { expr: string }[] }[] };
  const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)).join('\n');
  const named = [...expressions.matchAll(/millwright_\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(known).toContain(`# TYPE ${name} `);
  const results = [...expressions.matchAll(/cache_requests_total\{[^}]*result="(\w+)"/g)].map(
    ([, value]) => value,
  );
  const help = /^# HELP millwright_cache_requests_total (.*)$/m.exec(known)?.[1];
  for (const value of results) expect(help).toContain(value);
});

describe.skipIf(isMissing('promtool'))('promtool', () => {
  it('accepts the alerts', () => {
    execFileSync('promtool', ['check', 'rules', join(folder, 'alerts.yaml')], { stdio: 'pipe' });
  });
});
