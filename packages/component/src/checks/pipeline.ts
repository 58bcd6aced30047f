import { didYouMean } from '@millwright/toolkit';
import type { PipelineComponent, PipelineDocument } from '../manifests/pipeline.js';
import type { Problem } from '../manifests/problems.js';

const roles = ['sources', 'processors', 'sinks', 'pipelines'] as const;

/**
 * Checks a pipeline as flowctl does when it starts one (flowctl, internal/runner/loader.go): IDs are unique, each component
 * has something to run, and inputs are components before it.
 */
export function checkPipeline({ spec }: PipelineDocument): Problem[] {
  const problems: Problem[] = [];
  if ((spec.sources ?? []).length === 0 && (spec.pipelines ?? []).length === 0)
    problems.push(wrong(['spec'], 'it has neither a source nor a pipeline', 'key'));
  const ids = new Set<string>();
  for (const role of roles)
    for (const [index, component] of (spec[role] ?? []).entries()) {
      const path = ['spec', role, index];
      if (ids.has(component.id))
        problems.push(wrong([...path, 'id'], `another component has the ID ${component.id}`));
      if (!isRunnable(component, role))
        problems.push(
          wrong(
            path,
            role === 'pipelines' ? 'it has no image' : 'it has neither a command, an image nor a type',
          ),
        );
      // A processor may read from itself: flowctl accepts it.
      ids.add(component.id);
      if (role === 'processors' || role === 'sinks')
        for (const [place, input] of (component.inputs ?? []).entries())
          if (!ids.has(input))
            problems.push(
              wrong(
                [...path, 'inputs', place],
                `no component before it has the ID ${input}${didYouMean(input, ids)}`,
              ),
            );
    }
  return problems;
}

function isRunnable({ command = [], image = '', type = '' }: PipelineComponent, role: string): boolean {
  return role === 'pipelines' ? image !== '' : command.length > 0 || image !== '' || type !== '';
}

function wrong(path: readonly PropertyKey[], message: string, place: Problem['place'] = 'value'): Problem {
  return { path, place, message, severity: 'error' };
}
