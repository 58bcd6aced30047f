import type { RunOptions, RunResult } from '@millwright/toolkit';
import type { Engine } from './engine.js';
import type { StackModel } from './model.js';

/** Which stack a Compose command is about. */
export interface ComposeSubject {
  readonly projectName: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
}

/** `docker compose` for one stack. */
export class Compose {
  constructor(
    readonly engine: Engine,
    readonly subject: ComposeSubject,
  ) {}

  /** The same stack with one more file. */
  with(file: string): Compose {
    return new Compose(this.engine, { ...this.subject, files: [...this.subject.files, file] });
  }

  run(args: readonly string[], options: Omit<RunOptions, 'env'> = {}): Promise<RunResult> {
    const { projectName, files, profiles } = this.subject;
    return this.engine.run(
      [
        'compose',
        '--project-name',
        projectName,
        ...files.flatMap((file) => ['--file', file]),
        ...profiles.flatMap((profile) => ['--profile', profile]),
        ...args,
      ],
      options,
    );
  }

  /** A command on the containers that are there, by their labels alone: it works whatever became of the files. */
  onContainers(args: readonly string[], options: Omit<RunOptions, 'env' | 'cwd'> = {}): Promise<RunResult> {
    const named = ['compose', '--project-name', this.subject.projectName, ...args];
    // Compose looks for files in the folder that it is called in, and in those above it.
    return this.engine.run(named, { ...options, cwd: '/' });
  }

  /** The stack as Compose understands its files, or what it says is wrong with them. */
  async read(profiles = this.subject.profiles): Promise<{ model: StackModel } | { problem: string }> {
    const subject = { ...this.subject, profiles };
    const result = await new Compose(this.engine, subject).run(['config', '--format', 'json']);
    if (result.exitCode !== 0) return { problem: result.stderr.trim() };
    return { model: JSON.parse(result.stdout) as StackModel };
  }
}
