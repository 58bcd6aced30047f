import type { TargetConfiguration } from '@nx/devkit';
import { taskVariables } from '../../toolchain/task-variables.js';

export interface TargetRequest {
  readonly spec: string;
  /** Every file that the document is made of, and the document itself. */
  readonly files: readonly string[];
  readonly overlays: readonly string[];
  readonly output: string;
  readonly package: string;
  readonly generator: string;
  /** Written down, so that a new version of this plugin does not change a client by itself. */
  readonly generatorVersion: string | undefined;
  /** The task that makes the document. */
  readonly specTarget: { readonly project: string; readonly target: string } | undefined;
  /** The folder of the project. */
  readonly root: string;
}

/** The target that generates; all paths of the request but the output are relative to the workspace's root. */
export function generateTarget(request: TargetRequest): TargetConfiguration {
  const { root, specTarget, overlays, generatorVersion } = request;
  const token = (path: string) =>
    path.startsWith(`${root}/`) ? `{projectRoot}/${path.slice(root.length + 1)}` : `{workspaceRoot}/${path}`;
  const read = [...new Set([...request.files, ...overlays])].map(token);
  return {
    executor: '@millwright/go:go-openapi-generate',
    cache: true,
    ...(specTarget && { dependsOn: [{ projects: [specTarget.project], target: specTarget.target }] }),
    inputs: [
      ...read,
      // What another task makes, Nx knows only as that task's output.
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
