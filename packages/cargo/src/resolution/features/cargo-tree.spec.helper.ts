import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from '../../resolution/world.spec.helper.js';

/** Writes the files below a new temporary folder, and returns it. */
export function writeFiles(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-slices-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The packages that cargo itself takes for a build, each with its features over host and target. */
export function cargoTree(folder: string, args: readonly string[]): Map<string, Set<string>> {
  const options = ['tree', '--offline', '--edges', 'normal,build', '--prefix', 'none', '--format', '{p}|{f}'];
  const printed = execFileSync('cargo', [...options, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const packages = new Map<string, Set<string>>();
  for (const line of printed.trim().split('\n')) {
    const [name = '', list = ''] = line.replace(/ \(\*\)$/, '').split('|');
    const key = name.split(' ')[0] ?? '';
    const features = packages.get(key) ?? new Set<string>();
    for (const feature of list.split(',')) if (feature !== '') features.add(feature);
    packages.set(key, features);
  }
  return packages;
}
