import { unwrap } from '../client/answers.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { WaitOptions } from '../executions/types.js';
import type { FolderManager } from './types.js';

export class Folders implements FolderManager {
  constructor(private readonly context: EngineContext) {}

  async create(name: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/folders/create', {
        params: { path: { workspace } },
        body: { name },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the folder ${name}`,
      [{ text: /folder_pkey|already exists/, code: 'FOLDER_EXISTS' }],
    );
  }

  async exists(name: string, { signal }: WaitOptions = {}): Promise<boolean> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    return unwrap(
      api.GET('/w/{workspace}/folders/exists/{name}', {
        params: { path: { workspace, name } },
        ...withSignal(this.context, signal),
      }),
      `look for the folder ${name}`,
    );
  }

  async list({ signal }: WaitOptions = {}): Promise<readonly string[]> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    return unwrap(
      api.GET('/w/{workspace}/folders/listnames', {
        params: { path: { workspace } },
        ...withSignal(this.context, signal),
      }),
      'list the folders',
    );
  }

  async delete(name: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    await unwrap(
      api.DELETE('/w/{workspace}/folders/delete/{name}', {
        params: { path: { workspace, name } },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `delete the folder ${name}`,
    );
  }
}
