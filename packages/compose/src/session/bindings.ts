import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { artifactPath, declaredArtifact } from '@millwright/artifacts';
import { didYouMean, hostPlatform, type MillwrightError, platformSlug, readHead } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { servicesOf, type StackModel } from '../compose-cli/model.js';
import { absoluteIn, type Binding, libraryPath } from '../mount-check/check.js';
import { targetOf } from '../manifests/mounts.js';
import type { StackOptions } from './options.js';

/** A stack whose bindings are computed. */
export interface BindingSubject {
  readonly options: Pick<StackOptions, 'mounts' | 'platform' | 'configuration'>;
  readonly workspaceRoot: string;
  /** The Nx project's name. */
  readonly stack: string;
  /** The projects of the Nx workspace. */
  readonly projects: ExecutorContext['projectsConfigurations']['projects'];
}

/**
 * Returns every built file that is mounted into a service: by the option `mounts`, and by volumes in the
 * Compose files.
 */
export function bindingsOf(
  { options, workspaceRoot, stack, projects }: BindingSubject,
  model: StackModel,
): Binding[] {
  const known = servicesOf(model).map(([name]) => name);
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const mounted = options.mounts.filter(({ image }) => image !== true);
  const byOption = mounted.flatMap((mount) => {
    const name = mount.artifact ?? mount.project;
    const target = targetOf(mount, `build-${platformSlug(platform)}`);
    const built = projects[mount.project]?.targets?.[target];
    const notBuilt = built === undefined ? missingTask(mount.project, target, projects) : undefined;
    const source =
      (built && declaredArtifact(built, options.configuration, name)) ??
      artifactPath({ target: platform, configuration: options.configuration, name });
    const configuration = options.configuration === 'release' ? '' : `:${options.configuration}`;
    return mount.services.flatMap((service): Binding[] => {
      if (!known.includes(service)) throw unknownService(service, known, stack);
      const program = {
        service,
        source: join(workspaceRoot, source),
        path: mount.path,
        kind: 'program' as const,
        builtBy: `${mount.project}:${target}${configuration}`,
        ...(notBuilt === undefined ? {} : { notBuilt }),
      };
      const libraries = mount.libraries.map((library) => {
        const file = typeof library === 'string' ? library : library.source;
        const path = typeof library === 'string' ? undefined : library.path;
        return {
          service,
          source: absoluteIn(workspaceRoot, file),
          path: path ?? libraryPath(file),
          kind: 'library' as const,
          builtBy: undefined,
        };
      });
      return [program, ...libraries];
    });
  });
  return [...byOption, ...volumeBindings(model, workspaceRoot, byOption)];
}

/** Returns why a task does not exist. */
function missingTask(project: string, target: string, projects: BindingSubject['projects']): string {
  const targets = projects[project]?.targets;
  return targets === undefined
    ? `the workspace has no project "${project}"${didYouMean(project, Object.keys(projects))}`
    : `the project ${project} has no target "${target}"${didYouMean(target, Object.keys(targets))}`;
}

/**
 * Returns bindings for volumes in the Compose files that bind single artifacts, libraries, or the program
 * that the service starts.
 */
function volumeBindings(model: StackModel, workspaceRoot: string, byOption: readonly Binding[]): Binding[] {
  return servicesOf(model).flatMap(([service, { volumes, entrypoint, command }]) => {
    const started = entrypoint?.[0] ?? command?.[0];
    return (volumes ?? []).flatMap((volume): Binding[] => {
      const { type, source = '', target } = volume;
      if (type !== 'bind') return [];
      const isLibrary = /\.so(\.|$)/.test(target);
      const isProgram = target === started && !isScript(source);
      if (!isArtifact(source, workspaceRoot) && !isLibrary && !isProgram) return [];
      if (byOption.some((binding) => binding.service === service && binding.path === target)) return [];
      return [{ service, source, path: target, kind: isLibrary ? 'library' : 'program', builtBy: undefined }];
    });
  });
}

/** Returns true for a file below artifacts/<os>/<arch>. The folder itself may be mounted as a whole. */
function isArtifact(source: string, workspaceRoot: string): boolean {
  const within = relative(join(workspaceRoot, 'artifacts'), source).split(/[\\/]/);
  return within[0] !== '..' && within.length >= 3;
}

/**
 * Returns true for a script (#!), which an interpreter runs and which therefore cannot be checked against
 * an image.
 */
function isScript(path: string): boolean {
  return readHead(path, 2)?.toString() === '#!';
}

export function unknownService(service: string, known: readonly string[], stack: string): MillwrightError {
  return composeError('SERVICE_UNKNOWN', {
    what: `the stack ${stack} has no service "${service}"`,
    why: `available services: ${known.join(', ')}`,
  });
}
