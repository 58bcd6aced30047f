import { relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { formatError, parseOptions } from '@millwright/toolkit';
import { generateClient, type Generated, type OperationCounts } from '../../openapi/generate.js';
import { type GenerateSettings, generateSettings } from '../../openapi/settings.js';
import { undeclaredInputs } from './declared-inputs.js';
import { schema } from './schema.js';

/** Generates the project's Go client. */
export default async function goOpenapiGenerate(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const name = context.projectName ?? '';
    const root = context.projectsConfigurations.projects[name]?.root ?? '.';
    const parsed = parseOptions(schema, options, '@millwright/go:go-openapi-generate');
    const settings = generateSettings(parsed, { name, root }, context.root);
    const generated = await generateClient(settings, (line) => {
      console.log(line);
    });
    report(generated, settings, context);
    return { success: true };
  } catch (error) {
    console.error(formatError(error, process.argv.includes('--verbose')));
    return { success: false };
  }
}

function report(generated: Generated, settings: GenerateSettings, context: ExecutorContext): void {
  const { notes, operations, changed, files, read } = generated;
  for (const note of notes) console.warn(`note: ${note}`);
  const used = 'spec' in settings.by && settings.by.configFile !== undefined ? [settings.by.configFile] : [];
  for (const path of undeclaredInputs([...read, ...used], context.target?.inputs, settings.projectRoot)) {
    console.warn(`note: ${path} was read but is no input of the target, so that a change to it goes unseen;`);
    console.warn(`      add "{workspaceRoot}/${path}" to its inputs`);
  }
  if (operations) console.log(counted(operations));
  for (const file of files.filter((path) => changed.includes(path))) {
    console.log(`${relative(context.root, file)}: written`);
  }
  for (const file of changed.filter((path) => !files.includes(path))) {
    console.log(`${relative(context.root, file)}: removed`);
  }
  if (changed.length === 0) console.log('nothing changed');
}

function counted({ described, total, methods }: OperationCounts): string {
  const before = described === total ? '' : ` (${described} before the overlays)`;
  return `${total} ${total === 1 ? 'operation' : 'operations'}${before}, ${methods === total ? 'each' : `${methods} of them`} with a method`;
}
