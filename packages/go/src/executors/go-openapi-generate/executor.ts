import { relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, print, printNote, runExecutor, warnOnce } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { generateClient } from '../../openapi/generate.js';
import type { Generated, OperationCounts } from '../../openapi/generated.js';
import { type GenerateSettings, generateSettings } from '../../openapi/settings.js';
import { declaredInputs } from '../../go-cli/declared-inputs.js';
import { schema } from './schema.js';

/** Generates the project's Go client. */
export default function goOpenapiGenerate(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const name = context.projectName ?? '';
    const root = context.projectsConfigurations.projects[name]?.root ?? '.';
    const parsed = parseTaskOptions(schema, options, '@millwright/go:go-openapi-generate', context);
    const settings = generateSettings(parsed, { name, root }, context.root);
    const generated = await generateClient(settings, (line) => {
      console.log(line);
    });
    report(generated, settings, context);
    return true;
  });
}

function report(generated: Generated, settings: GenerateSettings, context: ExecutorContext): void {
  const { notes, operations, changed, files, read } = generated;
  for (const note of notes) printNote(`note: ${note}`);
  const used = 'spec' in settings.by && settings.by.configFile !== undefined ? [settings.by.configFile] : [];
  const { hasFile } = declaredInputs(context.target?.inputs, settings.projectRoot);
  for (const path of [...read, ...used].filter((one) => !hasFile(one))) {
    warnOnce(
      goError('INPUT_UNDECLARED', {
        what: `the generator read ${path}, which the task does not declare as an input`,
        why: 'changes in the file will not regenerate the client',
        remedy: `add "{workspaceRoot}/${path}" to the \`inputs\` of the target in project.json`,
      }),
    );
  }
  if ('spec' in settings.by && settings.by.generator === 'auto')
    print(`generated with ${generated.chosen?.generator ?? ''}`);
  if (operations) print(counted(operations));
  for (const file of files.filter((path) => changed.includes(path))) {
    print(`${relative(context.root, file)}: written`);
  }
  for (const file of changed.filter((path) => !files.includes(path))) {
    print(`${relative(context.root, file)}: removed`);
  }
  if (changed.length === 0) print('nothing changed');
}

function counted({ described, total, methods }: OperationCounts): string {
  const before = described === total ? '' : ` (${described} before the overlays)`;
  return `${total} ${total === 1 ? 'operation' : 'operations'}${before}, ${methods === total ? 'each' : `${methods} of them`} with a method`;
}
