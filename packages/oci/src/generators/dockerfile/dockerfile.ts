import { posix } from 'node:path';
import { nxRun, platformInfo, shellWord } from '@millwright/toolkit';
import { binariesOf } from '../../building/binaries.js';
import { binaryFolder } from '../../building/layers.js';
import { ociError } from '../../errors.js';
import { nonrootId } from '../../layers/users.js';
import type { HealthCheck } from '../../layout/image-config.js';
import type { ImageSettings } from '../../options.js';
import type { FoundProject } from '../found-project.js';

/** A Dockerfile and the list of what the engine may read for it. */
export interface DockerfileFiles {
  readonly dockerfile: string;
  /** `<Dockerfile>.dockerignore`, which BuildKit reads instead of the workspace's own. */
  readonly dockerignore: string;
}

/**
 * Returns a Dockerfile that copies the binaries that Nx built. It compiles nothing and runs nothing, so that images for
 * other architectures need no emulation.
 * @param file relative to the workspace, for its comment
 * @throws MillwrightError OPTION_INVALID for what a Dockerfile cannot express
 */
export function dockerfileOf(settings: ImageSettings, project: FoundProject, file: string): DockerfileFiles {
  if (settings.base.startsWith('oci:'))
    throw ociError('OPTION_INVALID', {
      what: `a Dockerfile cannot extend ${settings.base}`,
      why: 'the base is an OCI layout, but Docker only accepts base images from registries',
      remedy: 'build the image with oci-image instead, or use a base in a registry',
    });
  const binaries = copiedBinaries(settings, project);
  const installed = binaries.map((path) => posix.join(binaryFolder, posix.basename(path)));
  const { files, env, labels, ports, volumes, command, workingDirectory, stopSignal, healthCheck } = settings;
  const user = numericUser(settings.user);
  const lines = [
    '# Copies binaries that Nx built. In the root of the workspace:',
    `#   npx ${nxRun(`${project.name}:build`)}`,
    `#   docker buildx build --file ${shellWord(file)} --tag ${shellWord(settings.name)} .`,
    `FROM ${settings.base}`,
    // Set by BuildKit for each platform.
    'ARG TARGETARCH',
    ...(binaries.some((path) => path.includes('${TARGETVARIANT}')) ? ['ARG TARGETVARIANT'] : []),
    ...files.map(({ source, path, mode }) => copy([source], path, mode)),
    ...binaries.map((path, at) => copy([path], installed[at] ?? '')),
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${quoted(value)}`),
    ...Object.entries(labels).map(([name, value]) => `LABEL ${quoted(name)}=${quoted(value)}`),
    ...(workingDirectory === undefined ? [] : [`WORKDIR ${workingDirectory}`]),
    ...(volumes.length === 0 ? [] : [`VOLUME ${JSON.stringify(volumes)}`]),
    ...(ports.length === 0 ? [] : [`EXPOSE ${ports.join(' ')}`]),
    `USER ${user}`,
    ...(stopSignal === undefined ? [] : [`STOPSIGNAL ${stopSignal}`]),
    ...(healthCheck === undefined ? [] : [healthCheckLine(healthCheck)]),
    `ENTRYPOINT ${JSON.stringify(settings.entrypoint ?? installed.slice(0, 1))}`,
    ...(command === undefined ? [] : [`CMD ${JSON.stringify(command)}`]),
  ];
  const read = [...files.map(({ source }) => posix.normalize(source)), ...binaries.map(anyPlatform)];
  return {
    dockerfile: `${lines.join('\n')}\n`,
    dockerignore: ['**', ...read.map((path) => `!${path}`)].join('\n') + '\n',
  };
}

/** Returns the paths of the binaries, with the variables of BuildKit in place of the architecture. */
function copiedBinaries(settings: ImageSettings, project: FoundProject): string[] {
  const paths = project.platforms.map((platform) =>
    binariesOf(settings, platform, project, 'release').map(({ path }) => {
      const { goarch } = platformInfo(platform);
      const [, , variant] = platform.split('/');
      // The folder of a platform may end with a libc.
      const folder = `/linux/${goarch}`;
      const general = path.replace(folder, '/linux/${TARGETARCH}');
      return variant === undefined ? general : general.replace(`/${variant}`, '/${TARGETVARIANT}');
    }),
  );
  const [first = []] = paths;
  const differing = paths.find((other) => other.join() !== first.join());
  if (differing === undefined) return first;
  throw ociError('OPTION_INVALID', {
    what: `no Dockerfile can copy the binaries of ${project.name} for all platforms`,
    why: `their paths differ between platforms: ${first.join(', ')}; ${differing.join(', ')}`,
    remedy: 'build the image with oci-image instead, or remove entries from `platforms`',
  });
}

function anyPlatform(path: string): string {
  return path.replaceAll(/\$\{\w+\}/g, '*');
}

/** Users are numbers, because adding a name to /etc/passwd would run a program of the base. */
function numericUser(user: ImageSettings['user']): string {
  if (typeof user === 'string' && /^\d+(:\d+)?$/.test(user)) return user;
  const id = typeof user === 'object' ? user.uid : nonrootId;
  return `${id}:${id}`;
}

function copy(sources: readonly string[], target: string, mode?: string): string {
  return `COPY ${mode === undefined ? '' : `--chmod=${mode} `}${
    [...sources, target].some((path) => /\s/.test(path))
      ? JSON.stringify([...sources, target])
      : [...sources, target].join(' ')
  }`;
}

/** Quotes a value, in which Docker would replace variables. */
function quoted(value: string): string {
  if (/[\r\n]/.test(value))
    throw ociError('OPTION_INVALID', {
      what: `a Dockerfile cannot hold the value ${JSON.stringify(value.slice(0, 40))}`,
      why: 'the value has several lines',
      remedy: 'build the image with oci-image instead',
    });
  return `"${value.replaceAll(/[\\"$]/g, '\\$&')}"`;
}

function healthCheckLine({ command, interval, timeout, startPeriod, retries }: HealthCheck): string {
  const flags = [
    interval === undefined ? '' : `--interval=${interval}s `,
    timeout === undefined ? '' : `--timeout=${timeout}s `,
    startPeriod === undefined ? '' : `--start-period=${startPeriod}s `,
    retries === undefined ? '' : `--retries=${retries} `,
  ];
  return `HEALTHCHECK ${flags.join('')}CMD ${JSON.stringify(command)}`;
}
