import { relative, resolve, sep } from 'node:path';
import type { ExecutorContext, ProjectConfiguration } from '@nx/devkit';
import {
  DigestCache,
  editedInputs,
  type InputsRecord,
  InputWatch,
  observeInputs,
  print,
  type UndeclaredName,
} from '@millwright/toolkit';
import { declaredFiles } from './declared-files.js';
import { declaredInputs } from './declared-inputs.js';

/** Looks for files that are edited while a go command runs. */
export class EditedFiles {
  private constructor(
    private readonly context: ExecutorContext,
    private readonly variable: string,
    private readonly inputs: readonly unknown[] | undefined,
    private readonly declared: readonly string[],
    private readonly watch: InputWatch | undefined,
  ) {}

  /**
   * Begins to look, before go starts.
   * @param variable the one in the target's inputs that stands for undeclared ones; without it no edit can be told Nx
   */
  static async start(context: ExecutorContext, variable: string): Promise<EditedFiles> {
    const { root, targets } = projectOf(context);
    // A build is hashed from its slice of go.mod and go.sum, and so does not declare these by itself.
    const slice = targets?.resolve?.inputs ?? [];
    const inputs = context.target?.inputs && [...context.target.inputs, ...slice];
    const isHashed = declaredInputs(inputs, root).hasVariable(variable);
    const declared = isHashed ? declaredFiles(inputs, root, context.root) : [];
    const watch = isHashed ? await InputWatch.start(context.root, declared) : undefined;
    return new EditedFiles(context, variable, inputs, declared, watch);
  }

  /**
   * What the task's result depends on beside its hash, once go has ended. Files that were edited are named in a line.
   * @param undeclared what was read and is not declared
   * @param mayWrite whether the task's own programs may write its inputs, as tests do
   */
  async record(undeclared: readonly UndeclaredName[], mayWrite: boolean): Promise<InputsRecord> {
    const { context, variable } = this;
    const edited = await this.edited(mayWrite);
    if (edited.length > 0) print(formatEdited(edited));
    const cache = new DigestCache();
    const observed = await observeInputs(undeclared, {
      workspaceRoot: context.root,
      env: process.env,
      cache,
    });
    cache.save();
    return { variable, under: process.env[variable] ?? '', inputs: editedInputs(observed, edited) };
  }

  /** Relative to the workspace, sorted. */
  private async edited(mayWrite: boolean): Promise<string[]> {
    const { context, inputs, declared, watch } = this;
    if (watch === undefined) return [];
    const now = declaredFiles(inputs, projectOf(context).root, context.root);
    const outputs = Object.values(context.taskGraph?.tasks ?? {})
      .flatMap((task) => task.outputs)
      .map((output) => resolve(context.root, output));
    const found = await watch.changed([...declared, ...now], {
      mayWrite: () => mayWrite,
      isOutput: (path) => outputs.some((output) => path === output || path.startsWith(`${output}${sep}`)),
    });
    return [...found].map((path) => relative(context.root, path).split(sep).join('/')).sort();
  }
}

function projectOf({
  projectsConfigurations,
  projectName = '',
}: ExecutorContext): Pick<ProjectConfiguration, 'root' | 'targets'> {
  return projectsConfigurations.projects[projectName] ?? { root: '.' };
}

function formatEdited(files: readonly string[]): string {
  const rest = files.length - most;
  const named = rest > 0 ? `${files.slice(0, most).join(', ')} and ${rest} more` : files.join(', ');
  return `${named} changed while the task ran; the next run does not take this result from the cache`;
}

/** How many files the line names. */
const most = 8;
