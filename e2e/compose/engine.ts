import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { describe, expect } from 'vitest';

export const runImage = 'debian:bookworm-slim';

/**
 * Declares a suite that requires a real engine. Without an engine or the base image, the suite is skipped
 * with a message. In CI, which provides both, that is an error.
 */
export function describeWithEngine(name: string, body: () => void): void {
  const missing = missingPart();
  if (missing === undefined) describe(name, body);
  else if (process.env.CI) throw new Error(`${name}: ${missing} must be there in CI`);
  else describe.skip(`${name} (for want of ${missing})`, body);
}

function missingPart(): string | undefined {
  if (!succeeds(['version'])) return 'a container engine';
  if (!succeeds(['compose', 'version'])) return 'docker compose';
  return succeeds(['image', 'inspect', runImage]) ? undefined : `the image ${runImage}`;
}

function succeeds(args: readonly string[]): boolean {
  return spawnSync('docker', args, { stdio: 'ignore' }).status === 0;
}

/** Returns the output of a docker command. Throws if it fails. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Returns Compose's project name for a stack in a checkout. */
export function projectNameIn(folder: string, stack: string): string {
  return `${stack}-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 6)}`;
}

/** Returns the names of the remaining containers, networks and volumes of a Compose project. */
export function leftovers(projectName: string): string[] {
  const filter = ['--filter', `label=com.docker.compose.project=${projectName}`];
  return [
    docker('ps', '--all', ...filter, '--format', '{{.Names}}'),
    docker('network', 'ls', ...filter, '--format', '{{.Name}}'),
    docker('volume', 'ls', ...filter, '--format', '{{.Name}}'),
  ].flatMap((lines) => lines.split('\n').filter((line) => line !== ''));
}

/**
 * Waits until nothing is left of a Compose project except the given names. If Nx ends first, the reaper is
 * still taking it down.
 */
export async function isGone(projectName: string, ...but: readonly string[]): Promise<void> {
  await expect.poll(() => leftovers(projectName)).toEqual(but);
}
