import { expect, it } from 'vitest';
import { scanSource } from './sources.js';

it.each<[name: string, text: string, role: 'build-script' | undefined]>([
  ['100,000 variables that are read', 'const A: &str = env!("A");\n'.repeat(100_000), undefined],
  [
    '20,000 starts of git in a build script',
    'fn f() { Command::new("git").args(["describe"]); }\n'.repeat(20_000),
    'build-script',
  ],
  ['a million braces', 'mod a {'.repeat(1_000_000), undefined],
])('scans a source with %s in linear time', (_, text, role) => {
  const started = process.cpuUsage();
  scanSource(text, role);
  expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(20);
});
