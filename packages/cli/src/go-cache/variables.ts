import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CacheProxy, Session } from '@millwright/server/proxy';
import { cacheFolder, type Environment } from '@millwright/toolkit/core';

/** By these variables, `millwright cache run` tells `millwright cache go` what to use. */
export const goCacheVariables = {
  url: 'MILLWRIGHT_CACHE_PROXY',
  token: 'MILLWRIGHT_CACHE_PROXY_TOKEN',
  folder: 'MILLWRIGHT_GO_CACHE',
} as const;

/**
 * Returns the folder for the objects of a trust class on this machine. Classes do not share one: on a machine that keeps it
 * between jobs, a pull request could otherwise store what a trusted job reads.
 */
export function goFolder(
  { server, workspace, trustClass }: Pick<Session, 'server' | 'workspace' | 'trustClass'>,
  env: Environment,
): string {
  const name = createHash('sha256').update([server, workspace, trustClass].join('\n')).digest('hex');
  return join(cacheFolder(env), 'go-objects', name.slice(0, 16));
}

/** Returns the variables for a command whose builds with Go use a proxy. The user's own GOCACHEPROG stays. */
export function goVariables(
  { url, token }: CacheProxy,
  session: Session,
  env: Environment,
): Readonly<Record<string, string>> {
  const program = goWords([
    process.execPath,
    fileURLToPath(new URL('../cli.js', import.meta.url)),
    'cache',
    'go',
  ]);
  if (program === undefined || (env.GOCACHEPROG ?? '') !== '') return {};
  return {
    GOCACHEPROG: program,
    [goCacheVariables.url]: url,
    [goCacheVariables.token]: token,
    [goCacheVariables.folder]: goFolder(session, env),
  };
}

/**
 * Returns words as Go splits them in GOCACHEPROG (cmd/internal/quoted): within quotes, nothing is escaped.
 * @returns undefined if a word contains both kinds of quotes
 */
export function goWords(words: readonly string[]): string | undefined {
  const quoted = words.map((word) => {
    if (/^[^\s'"]+$/.test(word)) return word;
    if (!word.includes("'")) return `'${word}'`;
    return word.includes('"') ? undefined : `"${word}"`;
  });
  return quoted.includes(undefined) ? undefined : quoted.join(' ');
}
