import { isAbsolute, join } from 'node:path';
import { readText } from '@millwright/toolkit';

/**
 * The files that go reads because a flag names them: profiles, overlays with the files that they put in place of
 * others, and go.mod files by another name with their checksums (cmd/go, "Compile packages and dependencies").
 * @param flags as GOFLAGS has them, or arguments of go
 * @param folders where go may be started, absolute: a path is relative to that
 * @returns absolute paths; there need not be such files
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

/** The words of GOFLAGS, which may be quoted as a whole (cmd/go, "Environment variables"). */
export function wordsOf(flags: string): string[] {
  return [...flags.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

/** What an overlay puts in the place of files. */
function replacements(overlay: string): string[] {
  try {
    const { Replace: replace } = JSON.parse(readText(overlay) ?? '{}') as {
      Replace?: Record<string, unknown>;
    };
    return Object.values(replace ?? {}).filter((path) => typeof path === 'string' && path !== '') as string[];
  } catch {
    // go says what is wrong with it.
    return [];
  }
}
