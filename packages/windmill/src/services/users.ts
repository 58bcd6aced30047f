import { unwrap } from '../client/answers.js';
import type { Schemas } from '../client/api.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { WaitOptions } from '../executions/types.js';
import type { NewUser, TokenManager, User, UserManager } from './types.js';

export class Users implements UserManager {
  constructor(private readonly context: EngineContext) {}

  async whoami({ signal }: WaitOptions = {}): Promise<User> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const found = await unwrap(
      api.GET('/w/{workspace}/users/whoami', {
        params: { path: { workspace } },
        ...withSignal(this.context, signal),
      }),
      'read the user of the token',
    );
    return userOf(found);
  }

  async list({ signal }: WaitOptions = {}): Promise<readonly User[]> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const found = await unwrap(
      api.GET('/w/{workspace}/users/list', {
        params: { path: { workspace } },
        ...withSignal(this.context, signal),
      }),
      'list the users',
    );
    return found.map(userOf);
  }

  async create(user: NewUser, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { email, password, name, isSuperAdmin = false } = user;
    await unwrap(
      this.context.api.POST('/users/create', {
        body: { email, password, super_admin: isSuperAdmin, ...(name === undefined ? {} : { name }) },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the user ${email}`,
      [{ text: /Not implemented in Windmill's Open Source/, code: 'SERVER_FEATURE_MISSING' }],
    );
  }
}

function userOf({ email, username, is_admin, is_super_admin }: Schemas['User']): User {
  return { email, username, isAdmin: is_admin, isSuperAdmin: is_super_admin };
}

/** Characters of a token by which the server knows it. */
const prefixLength = 10;

export class Tokens implements TokenManager {
  constructor(private readonly context: EngineContext) {}

  async create(
    token: { readonly label?: string; readonly expiration?: Date; readonly scopes?: readonly string[] } = {},
    { signal }: WaitOptions = {},
  ): Promise<string> {
    this.context.checkReady();
    const { label, expiration, scopes } = token;
    return unwrap(
      this.context.api.POST('/users/tokens/create', {
        body: {
          ...(label === undefined ? {} : { label }),
          ...(expiration === undefined ? {} : { expiration: expiration.toISOString() }),
          ...(scopes === undefined ? {} : { scopes: [...scopes] }),
        },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      'create a token',
    );
  }

  async list({ signal }: WaitOptions = {}): Promise<
    readonly { readonly prefix: string; readonly label: string; readonly createdAt: Date }[]
  > {
    this.context.checkReady();
    const found = await unwrap(
      this.context.api.GET('/users/tokens/list', withSignal(this.context, signal)),
      'list the tokens',
    );
    return found.map(({ token_prefix: prefix, label, created_at: createdAt }) => ({
      prefix,
      label: label ?? '',
      createdAt: new Date(createdAt),
    }));
  }

  async delete(token: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    await unwrap(
      this.context.api.DELETE('/users/tokens/delete/{token_prefix}', {
        params: { path: { token_prefix: token.slice(0, prefixLength) } },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      'delete a token',
    );
  }
}
