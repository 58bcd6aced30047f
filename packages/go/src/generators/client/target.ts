import type { TargetConfiguration } from '@nx/devkit';
import { taskVariables } from '../../toolchain/task-variables.js';

export interface TargetRequest {
  readonly spec: string;
  /** All files that the document consists of, including itself. */
  readonly files: readonly string[];
  readonly overlays: readonly string[];
  readonly output: string;
  readonly package: string;
  readonly generator: string;
  /**
   * Written to the configuration, so that a new version of this plugin does not change existing clients.
   */
  readonly generatorVersion: string | undefined;
  /** The task that generates the document. */
  readonly specTarget: { readonly project: string; readonly target: string } | undefined;
  /** The folder of the project. */
  readonly root: string;
}

/**
 * Returns the target `generate`. All paths of the request except the output are relative to the workspace
 * root.
 */
export function generateTarget(request: TargetRequest): TargetConfiguration {
  const { root, specTarget, overlays, generatorVersion } = request;
  const token = (path: string) =>
    path.startsWith(`${root}/`) ? `{projectRoot}/${path.slice(root.length + 1)}` : `{workspaceRoot}/${path}`;
  const declared = [...new Set([...request.files, ...overlays])].map(token);
  return {
    executor: '@millwright/go:go-openapi-generate',
    cache: true,
    ...(specTarget && { dependsOn: [{ projects: [specTarget.project], target: specTarget.target }] }),
    inputs: [
      ...declared,
      // Nx tracks a generated document only as an output of its task.
      ...(specTarget ? [{ dependentTasksOutputFiles: '**/*.{yaml,yml,json}' }] : []),
      '{projectRoot}/go.mod',
      '{projectRoot}/go.sum',
      { env: taskVariables.digest },
      { externalDependencies: [] },
    ],
    outputs: [`{projectRoot}/${request.output}`],
    options: {
      spec: request.spec,
      ...(overlays.length > 0 && { overlays }),
      output: request.output,
      package: request.package,
      generator: request.generator,
      ...(generatorVersion !== undefined && { generatorVersion }),
    },
  };
}
