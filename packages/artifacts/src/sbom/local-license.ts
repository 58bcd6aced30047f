import { join, posix } from 'node:path';
import { readText } from '@millwright/toolkit/core';
import type { LocalLicense } from './document.js';

/** Returns a function that reads the licence of a crate of the workspace in its manifest, or the one it inherits. */
export function localLicenses(workspaceRoot: string): LocalLicense {
  const manifestIn = (folder: string) => readText(join(workspaceRoot, folder, 'Cargo.toml')) ?? '';
  return (folder) => {
    const own = tableIn(manifestIn(folder), 'package');
    const license = valueIn(own);
    if (
      license !== undefined ||
      !/^license\s*(\.workspace\s*=\s*true|=\s*\{\s*workspace\s*=\s*true)/m.test(own)
    )
      return license;
    for (let above = folder; ; above = posix.dirname(above)) {
      const inherited = valueIn(tableIn(manifestIn(above), 'workspace.package'));
      if (inherited !== undefined || above === '.') return inherited;
    }
  };
}

/** Returns the lines of a table in a TOML document. */
function tableIn(document: string, name: string): string {
  const lines = document.split(/\r?\n/);
  const start = lines.findIndex((line) => line.replaceAll(/\s|#.*$/g, '') === `[${name}]`);
  if (start < 0) return '';
  const end = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

function valueIn(table: string): string | undefined {
  return /^\s*license\s*=\s*["']([^"']+)["']/m.exec(table)?.[1];
}
