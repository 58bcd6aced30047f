import { unwrap } from '../client/answers.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { WaitOptions } from '../executions/types.js';
import type { WorkspaceManager } from './types.js';

export class Workspaces implements WorkspaceManager {
  constructor(private readonly context: EngineContext) {}

  /** A username is never sent: a fresh instance refuses it, because it creates usernames itself. */
  async create(id: string, name = id, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    await unwrap(
      this.context.api.POST('/workspaces/create', {
        body: { id, name },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the workspace ${id}`,
      [{ text: /already exists/, code: 'WORKSPACE_EXISTS' }],
    );
  }

  async exists(id: string, { signal }: WaitOptions = {}): Promise<boolean> {
    this.context.checkReady();
    return unwrap(
      this.context.api.POST('/workspaces/exists', { body: { id }, ...withSignal(this.context, signal) }),
      `look for the workspace ${id}`,
    );
  }

  async list({ signal }: WaitOptions = {}): Promise<
    readonly { readonly id: string; readonly name: string }[]
  > {
    this.context.checkReady();
    const found = await unwrap(
      this.context.api.GET('/workspaces/list', withSignal(this.context, signal)),
      'list the workspaces',
    );
    return found.map(({ id, name }) => ({ id, name }));
  }
}
