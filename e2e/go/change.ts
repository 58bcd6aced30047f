import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import type { Workspace } from '../workspace.ts';
import type { builders, Program } from './fixture.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A change to the fixture, and its effect on the programs. */
export interface Change {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: (workspace: Workspace) => Env;
  /** The programs whose content differs after the change when go itself builds them. */
  readonly changes: readonly Program[];
  /** The projects that are rebuilt although none of their programs changed. */
  readonly needless?: readonly (typeof builders)[number][];
  /** True for a change that is in no file of the repository, so that `nx affected` cannot detect it. */
  readonly unseen?: boolean;
}

export const replace = (path: string, from: string, to: string) => (workspace: Workspace) => {
  const text = workspace.read(path);
  expect(text).toContain(from);
  workspace.write(path, text.replace(from, to));
};
export const write = (path: string, text: string) => (workspace: Workspace) => {
  workspace.write(path, text);
};
export const noChange = [] as const;

export function go(workspace: Workspace, module: string, ...args: string[]): void {
  execFileSync('go', args, { cwd: workspace.path(module), stdio: 'pipe' });
}
