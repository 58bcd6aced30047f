import { globSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { foldersAbove, isInAnyFolder, type Platform, platformInfo, statOf } from '@millwright/toolkit';
import { componentError } from '../errors.js';
import { loadBuilder } from './builder.js';
import { planCommands, unsupported } from './commands.js';
import type { BuildEnvironment } from './environment.js';
import { parseGoCommand } from './go-command.js';
import type { BuiltProgram, Subject } from './program.js';

/** What to build with go, and in which folder. */
export interface GoPlan {
  readonly steps: ReturnType<typeof planCommands>['steps'];
  /** The absolute path of the folder with go.mod. */
  readonly module: string;
  /** The package, relative to the module. */
  readonly pkg: string;
  readonly options: {
    readonly tags: string[];
    readonly ldflags?: string;
    readonly gcflags?: string;
    readonly args: string[];
  };
}

/**
 * Plans the build of a component in Go, from its command, its main file, or the folders `.` and `cmd/*`.
 * @throws MillwrightError COMPONENT_COMMAND_UNSUPPORTED, COMPONENT_PROGRAM_AMBIGUOUS, COMPONENT_LANGUAGE_UNKNOWN
 */
export function planGo(subject: Subject): GoPlan {
  const { folder, file, settings } = subject;
  const { steps, compiler } = planCommands(settings, 'go', file);
  const command = compiler === undefined ? undefined : parseGoCommand(compiler);
  if (compiler !== undefined && command === undefined)
    throw unsupported(
      ['go', 'build', ...compiler],
      file,
      'it has to build one package, given as a path such as ./cmd/app',
    );
  const written = command?.pkg ?? (compiler === undefined ? settings.main : '.');
  const source = resolve(folder, written ?? mainPackage(subject));
  const packageFolder = source.endsWith('.go') ? dirname(source) : source;
  const module = foldersAbove(packageFolder).find((above) => statOf(join(above, 'go.mod'))?.isFile());
  if (module === undefined)
    throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
      what: `no Go module found for ${file}`,
      why: `neither ${packageFolder} nor a folder above it has a go.mod`,
      remedy: 'create the module: go mod init <path>',
    });
  const { tags = [], ldflags, gcflags, args = [] } = command ?? {};
  return {
    steps,
    module,
    pkg: `./${relative(module, packageFolder).split(sep).join(posix.sep)}`.replace(/^\.\/$/, '.'),
    options: {
      tags: [...tags],
      args: [...args],
      ...(ldflags === undefined ? {} : { ldflags }),
      ...(gcflags === undefined ? {} : { gcflags }),
    },
  };
}

/** Returns the folder of the main package: the component's own, or one below `cmd`. */
function mainPackage({ name, folder, file }: Subject): string {
  if (statOf(join(folder, 'main.go'))?.isFile()) return '.';
  const found = globSync('cmd/*/main.go', { cwd: folder })
    .map((path) => dirname(path))
    .sort();
  const [only, other] = found;
  if (only === undefined || other === undefined) return only ?? '.';
  const same = found.find((path) => path.split(sep).at(-1) === name);
  if (same !== undefined) return same;
  throw componentError('COMPONENT_PROGRAM_AMBIGUOUS', {
    what: `several programs for ${file}`,
    why: `none of ${found.join(', ')} has the name of the component, ${name}`,
  });
}

/** Builds the program for one platform, and places it below `artifacts/`. @throws MillwrightError as `buildGo` */
export async function buildWithGo(
  { name, folder }: Subject,
  { module, pkg, options }: GoPlan,
  platform: Platform,
  { env, cgo }: BuildEnvironment,
): Promise<BuiltProgram> {
  const { buildGo } = await loadBuilder('@millwright/go', () => import('@millwright/go/build'));
  const [placed] = await buildGo({
    module,
    workspace: isInAnyFolder(module, [folder]) ? folder : module,
    project: name,
    options: {
      ...options,
      packages: { [name]: pkg },
      platform: platformInfo(platform).platform,
      cgo,
      env: { ...env },
    },
  });
  if (placed === undefined) throw new Error(`go has built nothing for ${name}`);
  return { platform, ...placed };
}
