import { expect, it } from 'vitest';
import type { Checksum } from './checksums.js';
import { artifactSummary } from './summary.js';

const checksum = (path: string, size: number): Checksum => ({
  path,
  platform: path.split('/').slice(0, 2).join('/'),
  size,
  sha256: '0'.repeat(64),
  executable: true,
});
const outcome = (status: string, ...outputs: readonly string[]) => ({
  task: { id: 'app:build', outputs },
  status,
});
const checksums = [checksum('linux/amd64/app', 1_400_000), checksum('linux/arm64/longer-name', 900)];

it('lists built and restored artifacts with platform, size and path', () => {
  const outcomes = [
    outcome('success', 'artifacts/linux/amd64/app', 'artifacts/linux/amd64/app.sha256'),
    outcome('remote-cache', 'artifacts/linux/arm64/longer-name'),
  ];
  expect(artifactSummary(checksums, outcomes)).toBe(
    [
      'Artifacts:',
      '  app          linux/amd64  1.3 MiB  artifacts/linux/amd64/app          built',
      '  longer-name  linux/arm64  900 B    artifacts/linux/arm64/longer-name  from the cache',
    ].join('\n'),
  );
});

it.each([
  ['failed', 'failure'],
  ['was skipped', 'skipped'],
])('excludes the artifacts of an earlier run if the task %s', (_, status) => {
  expect(artifactSummary(checksums, [outcome(status, 'artifacts/linux/amd64/app')])).toBe('');
});

it('is empty for tasks without artifacts', () => {
  expect(artifactSummary(checksums, [outcome('success', 'dist/x')])).toBe('');
});

it('counts artifacts that are too many to list', () => {
  const many = Array.from({ length: 25 }, (_, index) => checksum(`linux/amd64/app${index}`, 1));
  const text = artifactSummary(many, [outcome('success', ...many.map(({ path }) => `artifacts/${path}`))]);
  expect(text.split('\n')).toHaveLength(22);
  expect(text).toMatch(/and 5 more, listed in artifacts\/checksums\.json$/);
});
