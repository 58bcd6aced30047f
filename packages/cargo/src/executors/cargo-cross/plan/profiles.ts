import { didYouMean, type Environment } from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import { asTable, tablesOf, type TomlTable } from '../../../manifests/toml.js';

/** Cargo reference, "Profiles". */
const builtIn = ['dev', 'release', 'test', 'bench'];

/**
 * Rejects an undefined profile before compiling.
 * @param tables the root manifest and cargo's configuration
 * @throws MillwrightError PROFILE_UNKNOWN
 */
export function checkProfile(profile: string, tables: readonly TomlTable[], env: Environment): void {
  const defined = tables.flatMap((table) => tablesOf(asTable(table)?.profile).map(([name]) => name));
  const known = [...new Set([...builtIn, ...defined])];
  const variables = `CARGO_PROFILE_${profile.replaceAll('-', '_').toUpperCase()}_`;
  if (known.includes(profile) || Object.keys(env).some((name) => name.startsWith(variables))) return;
  throw cargoError('PROFILE_UNKNOWN', {
    what: `the profile "${profile}" is not defined${didYouMean(profile, known)}`,
    why: `profiles of the workspace: ${known.join(', ')}`,
  });
}
