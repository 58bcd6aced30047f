import type { RunOptions, RunResult } from '@millwright/toolkit';
import type { Engine } from '../engine/engine.js';
import { parseConfig, type StackModel } from './model.js';
import { warningsIn } from './warnings.js';

/** Which stack a Compose command is about. */
export interface ComposeSubject {
  /** Compose finds a name by itself where it is undefined. */
  readonly projectName: string | undefined;
  /** The folder that a person would call Compose in: paths in variables are relative to it. */
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Files of variables that take the place of `.env`, each counting more than those before; mostly none. */
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
}

/** Files that Compose accepts. */
interface Understood {
  readonly model: StackModel;
  /** Such as variables without a value, one text each. */
  readonly warnings: readonly string[];
}

/** What would lead Compose to files, where it is to look at containers alone. */
export const withoutFiles = { COMPOSE_FILE: undefined, COMPOSE_ENV_FILES: undefined, PWD: '/' };

/** `docker compose` for one stack. */
export class Compose {
  constructor(
    readonly engine: Engine,
    readonly subject: ComposeSubject,
  ) {}

  /** The same stack under a project name. */
  named(projectName: string): Compose {
    return new Compose(this.engine, { ...this.subject, projectName });
  }

  /** The same stack with one more file. */
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
      // As a shell has it there: Compose files refer to it.
      { ...options, cwd: folder, env: { PWD: folder } },
    );
  }

  /** A command on the containers that are there, by their labels alone: it works whatever became of the files. */
  onContainers(args: readonly string[], options: Omit<RunOptions, 'env' | 'cwd'> = {}): Promise<RunResult> {
    // Compose looks for files in the folder that it is called in, and in those above it.
    return this.engine.run(['compose', ...this.projectName(), ...args], {
      ...options,
      cwd: '/',
      env: withoutFiles,
    });
  }

  /** The stack as Compose understands its files, with its warnings, or what it says is wrong with them. */
  async read(profiles = this.subject.profiles): Promise<Understood | { readonly problem: string }> {
    const subject = { ...this.subject, profiles };
    const result = await new Compose(this.engine, subject).run(['config', '--format', 'json']);
    if (result.exitCode !== 0) return { problem: result.stderr.trim() };
    return { model: parseConfig(result.stdout) as StackModel, warnings: warningsIn(result.stderr) };
  }

  private projectName(): string[] {
    return this.subject.projectName === undefined ? [] : ['--project-name', this.subject.projectName];
  }
}
