import { randomBytes } from 'node:crypto';
import { readBody, stringField } from '../http/body.js';
import { json, notFound, problem, type Routes, text } from '../http/router.js';
import { iso } from '../jobs/job-json.js';
import type { SimulatedServer } from '../server/server.js';
import { inWorkspace } from './in-workspace.js';

/** The only user: the superadmin, whom the secret stands for. */
export const email = 'superadmin_secret@windmill.dev';

/** Characters of a token that lists show. */
const shownPrefix = 10;

/** Routes of users and their tokens. */
export function userRoutes(server: SimulatedServer): Routes {
  return {
    'GET /users/whoami': () =>
      json({
        email,
        login_type: 'superadmin_secret',
        super_admin: true,
        devops: false,
        verified: true,
        name: null,
        company: null,
        username: null,
      }),
    'POST /users/create': () =>
      problem(500, "Internal: Not implemented in Windmill's Open Source repository @users_oss.rs:32:9"),
    'POST /users/tokens/create': (call) => {
      const body = readBody(call, []);
      return body instanceof Response ? body : text(newToken(server, stringField(body, 'label')), 201);
    },
    'GET /users/tokens/list': () =>
      json(
        [...server.tokens]
          .filter(([, { isSecret }]) => !isSecret)
          .map(([token, { label, createdAt }]) => ({
            label,
            expiration: null,
            token_prefix: token.slice(0, shownPrefix),
            created_at: iso(createdAt),
            last_used_at: iso(createdAt),
            scopes: null,
            email,
          })),
      ),
    'DELETE /users/tokens/delete/:prefix': ({ path: { prefix = '' } }) => {
      const found = [...server.tokens].find(([token, { isSecret }]) => !isSecret && token.startsWith(prefix));
      if (prefix.length < shownPrefix || found === undefined) return notFound('Token', prefix);
      server.tokens.delete(found[0]);
      return text(`deleted 1 tokens {[${prefix}]} with prefix ${prefix}`);
    },
    'GET /w/:workspace/users/whoami': inWorkspace(server, 'usr', (_, { folders }) =>
      json(userJson(server, [...folders])),
    ),
    'GET /w/:workspace/users/list': inWorkspace(server, 'usr', (_, { folders }) =>
      json([userJson(server, [...folders])]),
    ),
  };
}

function userJson({ startedAt }: SimulatedServer, folders: readonly string[]) {
  return {
    email,
    username: 'superadmin_secret',
    is_admin: true,
    is_super_admin: true,
    created_at: iso(startedAt),
    operator: false,
    disabled: false,
    groups: ['all'],
    folders: [...folders],
    folders_owners: [...folders],
    name: null,
  };
}

export function newToken(server: SimulatedServer, label = ''): string {
  const token = randomBytes(16).toString('hex');
  server.tokens.set(token, { label, createdAt: server.options.clock.now(), isSecret: false });
  return token;
}
