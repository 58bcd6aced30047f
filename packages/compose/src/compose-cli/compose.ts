import type { RunOptions, RunResult } from '@millwright/toolkit';
import type { Engine } from '../engine/engine.js';
import { parseConfig, type StackModel } from './model.js';
import { warningsIn } from './warnings.js';

/** The stack that a Compose command runs on. */
export interface ComposeSubject {
  /** If undefined, Compose derives the name itself. */
  readonly projectName: string | undefined;
  /** The folder from which a user would run Compose. Paths in variables are relative to it. */
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Environment files that replace `.env`. Later files take precedence. Usually empty. */
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
}

/** Compose files that Compose has parsed successfully. */
interface ParsedStack {
  readonly model: StackModel;
  /** For example, about variables without a value. */
  readonly warnings: readonly string[];
}

/**
 * Environment overrides that keep Compose from finding Compose files, for commands that act on containers
 * only.
 */
export const withoutFiles = { COMPOSE_FILE: undefined, COMPOSE_ENV_FILES: undefined, PWD: '/' };

/**
 * Whether Compose fetches files that others include from registries and git servers (docs.docker.com/compose,
 * "include").
 */
const remoteSettings = ['COMPOSE_EXPERIMENTAL_OCI_REMOTE', 'COMPOSE_EXPERIMENTAL_GIT_REMOTE'];

/**
 * Fetched files decide what runs, and have been used to write outside Compose's cache (CVE-2025-62725). Only the
 * user's environment can enable them. Compose itself would also accept the setting from a stack's `.env` file.
 */
function withoutRemotes(environment: Engine['environment']): Record<string, string> {
  return Object.fromEntries(remoteSettings.map((name) => [name, environment[name] ?? 'false']));
}

/** Runs `docker compose` for one stack. */
export class Compose {
  constructor(
    readonly engine: Engine,
    readonly subject: ComposeSubject,
  ) {}

  /** Returns this stack with a project name. */
  named(projectName: string): Compose {
    return new Compose(this.engine, { ...this.subject, projectName });
  }

  /** Returns this stack with an additional Compose file. */
  with(file: string): Compose {
    return new Compose(this.engine, { ...this.subject, files: [...this.subject.files, file] });
  }

  run(args: readonly string[], options: Omit<RunOptions, 'env' | 'cwd'> = {}): Promise<RunResult> {
    const { files, envFiles, profiles, folder } = this.subject;
    return this.engine.run(
      [
        'compose',
        ...this.projectName(),
        ...envFiles.flatMap((file) => ['--env-file', file]),
        ...files.flatMap((file) => ['--file', file]),
        ...profiles.flatMap((profile) => ['--profile', profile]),
        ...args,
      ],
      // Compose files refer to PWD, which a shell would set.
      { ...options, cwd: folder, env: { PWD: folder, ...withoutRemotes(this.engine.environment) } },
    );
  }

  /**
   * Runs a command on the stack's existing containers, selected by labels. It works even if the Compose
   * files are gone.
   */
  onContainers(args: readonly string[], options: Omit<RunOptions, 'env' | 'cwd'> = {}): Promise<RunResult> {
    // Compose searches for files in its working folder and the folders above it.
    return this.engine.run(['compose', ...this.projectName(), ...args], {
      ...options,
      cwd: '/',
      env: withoutFiles,
    });
  }

  /** Returns the stack as Compose resolves its files, with warnings, or the problem that Compose reports. */
  async read(profiles = this.subject.profiles): Promise<ParsedStack | { readonly problem: string }> {
    const subject = { ...this.subject, profiles };
    const result = await new Compose(this.engine, subject).run(['config', '--format', 'json']);
    if (result.exitCode !== 0) return { problem: result.stderr.trim() };
    return { model: parseConfig(result.stdout) as StackModel, warnings: warningsIn(result.stderr) };
  }

  private projectName(): string[] {
    return this.subject.projectName === undefined ? [] : ['--project-name', this.subject.projectName];
  }
}
