import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type {
  CreateNodesContext,
  CreateNodesResultArray,
  RawProjectGraphDependency,
  TargetConfiguration,
} from '@nx/devkit';
import { folderInput } from '@millwright/toolkit';

/** Files that name a project of the same folder. */
const naming = ['package.json', 'project.json', 'Cargo.toml', 'go.mod'];

/** Files whose plugins infer a target `doctor` in the same folder, which checks what builds need. */
const withDoctor = ['Cargo.toml', 'go.mod'];

const doctorTarget: Record<string, TargetConfiguration> = {
  doctor: {
    executor: '@millwright/windmill:doctor',
    cache: false,
    metadata: { description: 'Lists what the workflow engine lacks on this machine' },
  },
};

/** Infers a project for each folder with a wmill.yaml. */
export function inferProjects(
  paths: readonly string[],
  _: unknown,
  { workspaceRoot }: CreateNodesContext,
): CreateNodesResultArray {
  return [...paths].sort().map((path) => {
    const root = posix.dirname(path);
    const isNamed = naming.some((file) => existsSync(join(workspaceRoot, root, file)));
    const hasDoctor = withDoctor.some((file) => existsSync(join(workspaceRoot, root, file)));
    const name = isNamed ? {} : { name: root === '.' ? 'windmill' : posix.basename(root) };
    return [
      path,
      {
        projects: {
          [root]: { root, ...name, targets: { ...typesTarget(root), ...(hasDoctor ? {} : doctorTarget) } },
        },
      },
    ];
  });
}

/** Returns no edges: scripts run on a server. */
export function inferDependencies(): RawProjectGraphDependency[] {
  return [];
}

function typesTarget(root: string): Record<string, TargetConfiguration> {
  return {
    'windmill-types': {
      executor: '@millwright/windmill:windmill-types',
      cache: true,
      options: { output: posix.join(root, 'windmill-scripts.ts') },
      inputs: [
        '{projectRoot}/wmill.yaml',
        ...['f', 'g', 'u'].map((folder) => folderInput(posix.join(root, folder))),
      ],
      outputs: ['{options.output}'],
      metadata: { description: 'Generates TypeScript types of the arguments and results of the scripts' },
    },
  };
}
