import { existsSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import type { Workspace } from '../workspace.ts';
import type { Binary } from './fixture.ts';

/** A change to the workspace, with the binaries that it changes. */
export interface Change {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: (workspace: Workspace) => Readonly<Record<string, string | undefined>>;
  readonly changes: readonly Binary[];
  /** Binaries that are rebuilt although their content stays the same, because only the build can determine that. */
  readonly needless?: readonly Binary[];
  /** Whether git cannot detect it, so that `nx affected` is not checked. */
  readonly unseen?: true;
  /** Whether it changes what rustup selects. */
  readonly requiresRustup?: true;
}

export const replace = (path: string, from: string, to: string) => (workspace: Workspace) => {
  const text = workspace.read(path);
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  workspace.write(path, text.replace(from, to));
};

export const append = (path: string, text: string) => (workspace: Workspace) => {
  workspace.write(path, (existsSync(workspace.path(path)) ? workspace.read(path) : '') + text);
};

/** Changes a file and sets its modification time before all builds. */
export const keepingTime = (path: string, from: string, to: string) => (workspace: Workspace) => {
  replace(path, from, to)(workspace);
  utimesSync(workspace.path(path), new Date('2020-01-01'), new Date('2020-01-01'));
};

export const relink = (path: string, target: string) => (workspace: Workspace) => {
  rmSync(workspace.path(path));
  symlinkSync(target, workspace.path(path));
};
