import {
  firstLine,
  lastLine,
  MillwrightError,
  type Problem,
  run,
  type RunOptions,
  type RunResult,
} from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { changesTo, type Environment } from './environment.js';

/** Properties of the engine, as it reports them. */
export interface EngineFacts {
  readonly os: string;
  /** As Docker names it: amd64, arm64. */
  readonly architecture: string;
  /**
   * True if the engine runs on this machine and kernel, so that ports and emulation can be checked locally.
   */
  readonly local: boolean;
}

export type EngineName = 'docker' | 'podman';

/** A local podman has no separate server version, so `podman version` cannot be used. */
const platformQuery: Readonly<Record<EngineName, readonly string[]>> = {
  docker: ['version', '--format', '{{.Server.Os}} {{.Server.Arch}}'],
  podman: ['info', '--format', '{{.Host.OS}} {{.Host.Arch}}'],
};

/** Runs the command line of a container engine. */
export class Engine {
  constructor(
    readonly name: EngineName,
    /** The full environment of the command line. Unlike arguments, other users cannot read it. */
    readonly environment: Environment,
  ) {}

  /**
   * Runs a command. A non-zero exit code is returned, not thrown.
   * @param options `env` changes the environment of this command only
   * @throws MillwrightError ENGINE_MISSING
   */
  async run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    try {
      return await run(this.name, args, {
        ...options,
        env: { ...changesTo(this.environment), ...options.env },
      });
    } catch (error) {
      if (!(error instanceof MillwrightError) || error.code !== 'PROCESS_MISSING') throw error;
      throw composeError('ENGINE_MISSING', {
        what: `${this.name} is not installed`,
        why: error.why,
        cause: error,
      });
    }
  }

  /**
   * Runs a command and returns its output.
   * @throws MillwrightError ENGINE_LOST if the engine no longer answers, STACK_FAILED if the command fails
   */
  async ask(args: readonly string[]): Promise<string> {
    const result = await this.run(args);
    if (result.exitCode === 0) return result.stdout;
    throw await this.failure(`${this.name} ${args[0] ?? ''} failed`, result.stderr);
  }

  /**
   * Returns the error for a failed command: ENGINE_LOST, or STACK_FAILED with the last lines of the output.
   * @param remedy replaces the default remedy of STACK_FAILED
   */
  async failure(what: string, output: string, remedy?: string): Promise<MillwrightError> {
    if (isConnectionFailure(output) || !(await this.answers())) {
      return composeError('ENGINE_LOST', {
        what: `${this.name} stopped responding`,
        why: lastLine(output),
        output,
      });
    }
    const why = output.trim().split('\n').slice(-3).join(' ');
    return composeError('STACK_FAILED', {
      what,
      why: why === '' ? lastLine(output) : why,
      output,
      ...(remedy !== undefined && { remedy }),
    });
  }

  async answers(): Promise<boolean> {
    const result = await this.run(platformQuery[this.name], { timeout: 10_000 });
    return result.exitCode === 0;
  }

  /** @throws MillwrightError ENGINE_MISSING, ENGINE_UNREACHABLE */
  async facts(): Promise<EngineFacts> {
    const [version, compose] = await Promise.all([
      this.run(platformQuery[this.name], { timeout: 20_000 }),
      this.composeVersion(),
    ]);
    if (version.exitCode !== 0) {
      throw composeError('ENGINE_UNREACHABLE', {
        what: `${this.name} is not responding`,
        why: version.timedOut ? 'it did not respond within 20 seconds' : lastLine(version.stderr),
        output: version.stderr,
      });
    }
    this.checkCompose(compose);
    const [os = 'linux', architecture = ''] = version.stdout.trim().split(' ');
    return { os, architecture, local: await this.isLocal() };
  }

  /** @throws MillwrightError ENGINE_MISSING if the engine has no `compose` command */
  async requireCompose(): Promise<void> {
    this.checkCompose(await this.composeVersion());
  }

  private composeVersion(): Promise<RunResult> {
    return this.run(['compose', 'version', '--short'], { timeout: 20_000 });
  }

  private checkCompose({ exitCode, stderr }: RunResult): void {
    if (exitCode !== 0) throw composeError('ENGINE_MISSING', composeMissing(this.name, stderr));
  }

  /**
   * On Linux, a socket means that the engine runs locally. On other systems, engines run in a virtual
   * machine.
   */
  private async isLocal(): Promise<boolean> {
    if (process.platform !== 'linux') return false;
    if (this.name === 'podman') return true;
    const host =
      this.environment.DOCKER_HOST ??
      (await this.run(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).stdout.trim();
    // Docker Desktop for Linux uses its own socket in the home folder.
    return host === '' || (host.startsWith('unix://') && !host.includes('/desktop/'));
  }
}

function composeMissing(name: EngineName, stderr: string): Problem {
  const reported = firstLine(stderr);
  if (name === 'docker') return { what: 'the Docker Compose plugin is not installed', why: reported };
  return {
    what: '`podman compose` is not available',
    why: `\`podman compose\` requires podman 4.7 or newer, and docker-compose; podman reports: ${reported}`,
    remedy:
      "upgrade podman, or use the Docker CLI with podman's socket: set the option `engine` to `docker`, and " +
      'DOCKER_HOST=unix:///run/podman/podman.sock',
  };
}

function isConnectionFailure(output: string): boolean {
  return /Cannot connect to the Docker daemon|error during connect|docker daemon is not running|connection refused.*docker/i.test(
    output,
  );
}
