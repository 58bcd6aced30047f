import { expect, it } from 'vitest';
import { unplannedFinding } from './native-finding.js';

it.each([
  [
    'a source file that does not exist',
    "error: can't find bin `app` at path `/ws/src/absent.rs`\n --> /ws/Cargo.toml\n",
    'missing',
    'src/absent.rs',
  ],
  [
    'a feature that does not exist',
    'error: the package `app` does not contain this feature: fast\n',
    'missing',
    'does not contain this feature: fast',
  ],
  [
    'a cargo that does not plan builds',
    "error: unexpected argument '--unit-graph' found\n",
    'hint',
    'not checked: this cargo does not support --unit-graph',
  ],
])('doctor reports why cargo does not plan the build: %s', (_, stderr, state, detail) => {
  const finding = unplannedFinding('libraries', stderr);
  expect(finding.state).toBe(state);
  expect(finding.detail).toContain(detail);
});
