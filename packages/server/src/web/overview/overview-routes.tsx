import type { FastifyInstance } from 'fastify';
import { statistics } from '../../cache/entries.js';
import { type Dimension, sizeHistory, sizesNow, usageHistory } from '../../cache/history.js';
import { readableWorkspace } from '../../http/authorize.js';
import type { Context } from '../../http/context.js';
import { fieldOf } from '../forms.js';
import { addPage } from '../page-route.js';
import { overviewModel, type Range, ranges, timesOf } from './overview-model.js';
import { Overview } from './overview-page.js';
import { isOneOf } from '../choices.js';
import { workspacesOf } from '../workspaces.js';

const dimensions: readonly Dimension[] = ['kind', 'project'];

/** What the cache did, and what it holds. */
export function overviewRoutes(app: FastifyInstance, context: Context): void {
  const { config, database, usage } = context;
  addPage(app, context, {
    method: 'GET',
    url: '/',
    scope: 'cache:read',
    answer: async ({ visitor, query }) => {
      const readable = readableWorkspace(visitor.principal, fieldOf(query, 'workspace'));
      if ('code' in readable) return { refusal: readable };
      const { workspace } = readable;
      const range = isOneOf(Object.keys(ranges) as Range[], fieldOf(query, 'range')) ?? 'week';
      const dimension = isOneOf(dimensions, fieldOf(query, 'by')) ?? 'kind';
      const now = Date.now();
      // What this server has counted is shown at once.
      await usage.flush();
      const request = {
        workspace,
        dimension,
        since: timesOf(now, range)[0] ?? now,
        hours: ranges[range].step,
      };
      const model = overviewModel({
        now,
        range,
        dimension,
        usage: await usageHistory(database, request),
        sizes: await sizeHistory(database, request),
        stored: await sizesNow(database, request),
        classes: await statistics(database, workspace),
        quotaBytes: config.quotaBytes,
      });
      const workspaces = await workspacesOf(database, visitor);
      return {
        title: 'Overview',
        section: '/',
        content: <Overview {...{ model, workspace, workspaces, range, dimension }} />,
      };
    },
  });
}
