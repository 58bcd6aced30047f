import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { CrateBuild } from '@millwright/cargo/build';
import { foldersAbove, isInAnyFolder, type Platform, print, readText, statOf } from '@millwright/toolkit';
import { componentError } from '../errors.js';
import { loadBuilder } from './builder.js';
import { type CargoCommand, parseCargoCommand } from './cargo-command.js';
import { planCommands, unsupported } from './commands.js';
import { programOf } from './crate-program.js';
import type { BuildEnvironment } from './environment.js';
import type { BuiltProgram, Subject } from './program.js';

/** What to build with cargo, and in which folder. */
export interface RustPlan {
  readonly steps: ReturnType<typeof planCommands>['steps'];
  /** The absolute path of the folder that contains the workspace, and receives `artifacts/`. */
  readonly root: string;
  /** The folder of the crate, relative to the root. */
  readonly crate: string;
  /** The name of the program; undefined if the command does not tell. */
  readonly bin: string | undefined;
  readonly command: CargoCommand | undefined;
}

/**
 * Plans the build of a component in Rust, from its command or its main file.
 * @throws MillwrightError COMPONENT_COMMAND_UNSUPPORTED, COMPONENT_LANGUAGE_UNKNOWN
 */
export function planRust({ folder, file, settings }: Subject): RustPlan {
  const { steps, compiler } = planCommands(settings, 'cargo', file);
  const command = compiler === undefined ? undefined : parseCargoCommand(compiler);
  if (compiler !== undefined && command === undefined)
    throw unsupported(
      ['cargo', 'build', ...compiler],
      file,
      'it has to build one crate, selected by its folder or --manifest-path, in the default target folder',
    );
  const source = resolve(folder, dirname(command?.manifest ?? settings.main ?? 'Cargo.toml'));
  const crate = foldersAbove(source).find((above) => statOf(join(above, 'Cargo.toml'))?.isFile());
  if (crate === undefined)
    throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
      what: `no crate found for ${file}`,
      why: `neither ${source} nor a folder above it has a Cargo.toml`,
      remedy: 'create the crate: cargo init',
    });
  const workspace = foldersAbove(crate).find((above) =>
    /^\s*\[workspace[\].]/m.test(readText(join(above, 'Cargo.toml')) ?? ''),
  );
  const top = workspace ?? crate;
  const root = isInAnyFolder(top, [folder]) ? folder : top;
  return {
    steps,
    root,
    crate: relative(root, crate).split(sep).join(posix.sep) || '.',
    bin: command?.bin ?? (settings.binary === undefined ? undefined : basename(settings.binary)),
    command,
  };
}

/**
 * Builds the program for several platforms with as few runs of cargo as possible, and places it below `artifacts/`.
 * @throws MillwrightError as `buildCrates`, COMPONENT_PROGRAM_AMBIGUOUS
 */
export async function buildWithCargo(
  subject: Subject,
  plan: RustPlan,
  builds: readonly (readonly [Platform, BuildEnvironment])[],
): Promise<readonly BuiltProgram[]> {
  const { root, crate, bin, command } = plan;
  const options = {
    ...(bin === undefined ? {} : { bins: [bin] }),
    ...(command?.profile === undefined ? {} : { profile: command.profile }),
    features: [...(command?.features ?? [])],
    defaultFeatures: command?.defaultFeatures ?? true,
    allFeatures: command?.allFeatures ?? false,
    args: [...(command?.args ?? [])],
  };
  const { buildCrates } = await loadBuilder('@millwright/cargo', () => import('@millwright/cargo/build'));
  const results = await buildCrates(
    root,
    builds.map(([platform, { env }]): CrateBuild => ({
      crate,
      platform,
      options: { ...options, env: { ...env } },
    })),
    {
      onOutput: (text) => {
        print(text.trimEnd());
      },
    },
  );
  return results.map(({ success, error, artifacts }, index) => {
    if (!success) throw error;
    const { path, size, sha256 } = programOf(artifacts, subject);
    const [platform] = builds[index] ?? [];
    if (platform === undefined) throw new Error('there are more results than builds');
    return { platform, path: join(root, path), size, sha256 };
  });
}
