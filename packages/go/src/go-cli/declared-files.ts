import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { filesBelow } from '@millwright/toolkit';
import { declaredInputs, isPlain, unescape, includedPatterns } from './declared-inputs.js';

/**
 * Returns the absolute paths of existing files that a target declares as inputs.
 * @param inputs the inputs of the target, undefined if it declares none
 * @param projectRoot relative to the workspace root
 */
export function declaredFiles(
  inputs: readonly unknown[] | undefined,
  projectRoot: string,
  workspaceRoot: string,
): string[] {
  const { hasFile } = declaredInputs(inputs, projectRoot);
  const direct = new Set<string>();
  const deep = new Set<string>();
  for (const pattern of includedPatterns(inputs, projectRoot)) {
    const parts = pattern.split('/');
    const plain = parts.slice(0, -1).findIndex((part) => !isPlain(part));
    const folder = parts.slice(0, plain < 0 ? -1 : plain).map(unescape);
    const isDeep = plain >= 0 || parts.at(-1) === '**';
    (isDeep ? deep : direct).add(folder.join('/') || '.');
  }
  const found = new Set<string>();
  for (const folder of direct) {
    for (const name of filesIn(join(workspaceRoot, folder))) found.add(posix.join(folder, name));
  }
  for (const folder of deep) {
    if ([...deep].some((other) => other !== folder && isInside(folder, other))) continue;
    for (const path of filesBelow(join(workspaceRoot, folder))) found.add(posix.join(folder, path));
  }
  return [...found].filter(hasFile).map((path) => join(workspaceRoot, path));
}

function isInside(folder: string, above: string): boolean {
  return above === '.' || folder.startsWith(`${above}/`);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [] : one.name));
  } catch {
    return [];
  }
}
