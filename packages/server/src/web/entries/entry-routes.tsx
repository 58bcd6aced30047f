import type { FastifyInstance } from 'fastify';
import { describeEntries, revokeEntries } from '../../cache/entries.js';
import { recentEntries } from '../../cache/recent-entries.js';
import { readableWorkspace } from '../../http/authorize.js';
import { revocationBody, revoke } from '../../http/management.js';
import type { Context } from '../../http/context.js';
import { errorPage } from '../answer.js';
import { fieldOf, type FormFields } from '../forms.js';
import { addPage } from '../page-route.js';
import { workspacesOf } from '../workspaces.js';
import { EntriesPage } from './entries-page.js';
import { notices } from './notices.js';
import { RevocationPage } from './revocation-page.js';
import { WhyPage } from './why-page.js';

/** What the cache holds, who wrote it, and revocations. */
export function entryRoutes(app: FastifyInstance, context: Context): void {
  const { config, database } = context;

  addPage(app, context, {
    method: 'GET',
    url: '/entries',
    scope: 'cache:read',
    answer: async ({ visitor, query }) => {
      const readable = readableWorkspace(visitor.principal, fieldOf(query, 'workspace'));
      if ('code' in readable) return { refusal: readable };
      const { workspace } = readable;
      const text = fieldOf(query, 'search');
      const list = await recentEntries(database, { workspace, text, after: fieldOf(query, 'after') });
      const workspaces = await workspacesOf(database, visitor);
      const notice = notices[fieldOf(query, 'done') ?? ''];
      return {
        title: 'Entries',
        section: '/entries',
        content: <EntriesPage {...{ list, workspace, workspaces, text, notice }} />,
      };
    },
  });

  addPage(app, context, {
    method: 'GET',
    url: '/entries/:hash',
    scope: 'cache:read',
    answer: async ({ visitor, query, parameters }) => {
      const readable = readableWorkspace(visitor.principal, fieldOf(query, 'workspace'));
      if ('code' in readable) return { refusal: readable };
      const { hash = '' } = parameters;
      const entries = await describeEntries(database, readable.workspace, hash);
      return {
        status: entries.length === 0 ? 404 : 200,
        title: `Entry ${hash}`,
        section: '/entries',
        content: <WhyPage {...{ hash, entries, visitor }} />,
      };
    },
  });

  if (!config.modules.includes('administration')) return;

  addPage(app, context, {
    method: 'GET',
    url: '/revocations',
    scope: 'admin',
    answer: async ({ visitor, query }) => {
      const parsed = revocationOf(query);
      if (!parsed.success) return errorPage(400, 'Open the page of an entry, and choose what to revoke.');
      const { workspace, hash, run, trustClass } = parsed.data;
      const which = { hash, run, trustClass };
      const revoked = await revokeEntries(database, workspace, which, true);
      return {
        title: 'Revoke entries',
        section: '/entries',
        content: <RevocationPage {...{ workspace, which, revoked, visitor }} />,
      };
    },
  });

  addPage(app, context, {
    method: 'POST',
    url: '/revocations',
    scope: 'admin',
    answer: async ({ visitor, form, log }) => {
      const parsed = revocationOf(form);
      if (!parsed.success) return errorPage(400, 'Open the page of an entry, and choose what to revoke.');
      const { revoked } = await revoke(database, visitor.principal, log, parsed.data);
      const { workspace } = parsed.data;
      const done = revoked === 0 ? 'none-revoked' : 'revoked';
      return { goTo: `/entries?${new URLSearchParams({ workspace, done }).toString()}` };
    },
  });
}

/** The same rules as for the API. */
function revocationOf(fields: FormFields) {
  const names = ['workspace', 'hash', 'run', 'trustClass'] as const;
  return revocationBody.safeParse(Object.fromEntries(names.map((name) => [name, fieldOf(fields, name)])));
}
