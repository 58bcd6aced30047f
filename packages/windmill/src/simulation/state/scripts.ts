import { createHash } from 'node:crypto';
import type { Json } from '../../client/json.js';
import type { Script, Workspace } from './model.js';

export interface ScriptBody {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly content: string;
  readonly language: string;
  readonly schema: Json;
  readonly parent: string | undefined;
  readonly tag: string | null;
  readonly timeout: number | undefined;
}

/** A hash as Windmill has it: 64 bits over path, summary, description, content and parent. */
function scriptHash({ path, summary, description, content, parent }: ScriptBody): string {
  const text = JSON.stringify([path, summary, description, content, parent ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The newest version of a path, archived ones included, as `get/p` serves it. */
export function newest(workspace: Workspace, path: string): Script | undefined {
  return [...workspace.scripts.values()].findLast((script) => script.path === path);
}

/** The version that a run by path takes: the newest with a lock. Archived ones run, too. */
export function runnable(workspace: Workspace, path: string): Script | undefined {
  return [...workspace.scripts.values()].findLast((script) => script.path === path && script.lock !== null);
}

export type Creation = { readonly script: Script } | { readonly refused: string };

/** Adds a script or a version, by the server's rules of lineage; `refused` is the server's text. */
export function addScript(
  workspace: Workspace,
  body: ScriptBody,
  lock: string | null,
  now: number,
): Creation {
  const hash = scriptHash(body);
  if (workspace.scripts.has(hash)) {
    return {
      refused:
        'Bad request: A script with same hash (hence same path, description, summary, content) already exists!',
    };
  }
  const all = [...workspace.scripts.values()];
  const head = all.find((script) => script.path === body.path && !script.archived);
  let parents: readonly string[] = [];
  if (body.parent === undefined) {
    if (head !== undefined) {
      return { refused: `Bad request: Path conflict for ${body.path} with non-archived hash ${head.hash}` };
    }
  } else {
    const parent = workspace.scripts.get(body.parent);
    if (parent === undefined) return { refused: 'Bad request: The parent hash does not seem to exist' };
    const sibling = all.find((script) => script.parents[0] === body.parent);
    if (sibling !== undefined) {
      return {
        refused: `Bad request: A script with hash ${sibling.hash} with same parent_hash has been found. However, the lineage must be linear: no 2 scripts can have the same parent`,
      };
    }
    parents = [parent.hash, ...parent.parents];
    parent.archived = true;
  }
  const script: Script = { ...body, hash, parents, createdAt: now, archived: false, lock, lockErrors: null };
  workspace.scripts.set(hash, script);
  return { script };
}
