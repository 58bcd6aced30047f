import type { ExecutorContext } from '@nx/devkit';
import { parseOptions, runExecutor } from '@millwright/toolkit';
import { diagnose, type Finding } from './diagnose.js';
import { schema } from './schema.js';

/** Looks at all that a build of the crate needs, without building. */
export default function doctor(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { triples } = parseOptions(schema, options, '@millwright/cargo:doctor');
    const project = context.projectsConfigurations.projects[context.projectName ?? ''];
    const findings = await diagnose(context.root, project?.root ?? '.', triples);
    console.log(formatFindings(findings));
    return findings.every(({ state }) => state !== 'missing');
  });
}

const marks = { ok: '✔', hint: '·', missing: '✖' } as const;

/** The findings as an aligned list, each remedy below what it mends. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.flatMap(({ state, what, detail, remedy }) => [
    `${marks[state]} ${what.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`  ${''.padEnd(width)}  do: ${remedy}`]),
  ]);
  const missing = findings.filter(({ state }) => state === 'missing').length;
  const last =
    missing === 0 ? 'nothing is missing' : `${missing} ${missing === 1 ? 'thing is' : 'things are'} missing`;
  return [...lines, '', last].join('\n');
}
