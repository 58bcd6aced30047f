import { isAbsolute, join } from 'node:path';
import { readText } from '@millwright/toolkit';

/**
 * Returns the files that flags of go name: profiles, overlays with their replacement files, and alternative
 * go.mod files with their checksums (cmd/go, "Compile packages and dependencies").
 * @param flags the flags in GOFLAGS, or arguments of go
 * @param folders absolute paths of folders where go may run; paths are relative to them
 * @returns absolute paths; the files may not exist
 */
export function filesInFlags(flags: readonly string[], folders: readonly string[]): string[] {
  const found = new Set<string>();
  const within = (path: string) => (isAbsolute(path) ? [path] : folders.map((folder) => join(folder, path)));
  for (const [index, flag] of flags.entries()) {
    const [, name, joined] = /^--?(pgo|overlay|modfile)(?:=(.*))?$/s.exec(flag) ?? [];
    const path = joined ?? flags[index + 1] ?? '';
    if (name === undefined || path === '' || path === 'auto' || path === 'off') continue;
    for (const file of within(path)) {
      found.add(file);
      if (name === 'modfile') found.add(file.replace(/\.mod$/, '.sum'));
      if (name === 'overlay')
        for (const replaced of replacements(file)) within(replaced).forEach((one) => found.add(one));
    }
  }
  return [...found].sort();
}

/** Splits GOFLAGS into flags, which can be quoted as a whole (cmd/go, "Environment variables"). */
export function wordsOf(flags: string): string[] {
  return [...flags.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

/** Returns the replacement files of an overlay. */
function replacements(overlay: string): string[] {
  try {
    const { Replace: replace } = JSON.parse(readText(overlay) ?? '{}') as {
      Replace?: Record<string, unknown>;
    };
    return Object.values(replace ?? {}).filter((path) => typeof path === 'string' && path !== '') as string[];
  } catch {
    // go reports the error.
    return [];
  }
}
