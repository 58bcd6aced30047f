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

/** Detects files that are edited while a go command runs. */
export class EditedFiles {
  private constructor(
    private readonly context: ExecutorContext,
    private readonly variable: string,
    private readonly inputs: readonly unknown[] | undefined,
    private readonly declared: readonly string[],
    private readonly watch: InputWatch | undefined,
  ) {}

  /**
   * Starts watching, before go starts.
   * @param variable the variable in the target's inputs that represents undeclared inputs; without it, an
   * edit cannot be reported to Nx
   */
  static async start(context: ExecutorContext, variable: string): Promise<EditedFiles> {
    const { root, targets } = projectOf(context);
    // A build declares its slice instead of go.mod and go.sum, so these are added.
    const slice = targets?.resolve?.inputs ?? [];
    const inputs = context.target?.inputs && [...context.target.inputs, ...slice];
    const isHashed = declaredInputs(inputs, root).hasVariable(variable);
    const declared = isHashed ? declaredFiles(inputs, root, context.root) : [];
    const watch = isHashed ? await InputWatch.start(context.root, declared) : undefined;
    return new EditedFiles(context, variable, inputs, declared, watch);
  }

  /**
   * Returns the inputs of the task's result that its hash does not contain. Called after go has ended.
   * Prints the edited files.
   * @param undeclared what the task read without declaring it
   * @param mayWrite true if the task's own programs may write its inputs, as tests can
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

  /** Returns the edited files, relative to the workspace and sorted. */
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
  const rest = files.length - maxListed;
  const named = rest > 0 ? `${files.slice(0, maxListed).join(', ')} and ${rest} more` : files.join(', ');
  return `${named} changed while the task ran, so the next run will not use this result from the cache`;
}

/** The maximum number of files that the message lists. */
const maxListed = 8;
