import type { FastifyInstance } from 'fastify';
import type { Context } from '../../http/context.js';
import { fieldOf } from '../forms.js';
import { addPage } from '../page-route.js';
import { storageModel } from './storage-model.js';
import { StoragePage } from './storage-page.js';

const section = '/storage';
const notices: Readonly<Record<string, string>> = {
  started: 'The check is started.',
  running: 'A check runs already.',
};

/** The health of what is stored, for administrators. */
export function storageRoutes(app: FastifyInstance, context: Context): void {
  addPage(app, context, {
    method: 'GET',
    url: section,
    scope: 'admin',
    answer: async ({ visitor, query }) => {
      const notice = notices[fieldOf(query, 'done') ?? ''];
      const model = await storageModel(context);
      return { title: 'Storage', section, content: <StoragePage {...{ model, visitor, notice }} /> };
    },
  });

  addPage(app, context, {
    method: 'POST',
    url: '/storage/checks',
    scope: 'admin',
    answer: ({ visitor, form, log }) => {
      const isRepairing = fieldOf(form, 'repair') === 'yes';
      const isStarted = context.checker.start(isRepairing, log);
      if (isStarted) log.info({ by: visitor.principal.tokenId, repair: isRepairing }, 'a check is started');
      return Promise.resolve({ goTo: `${section}?done=${isStarted ? 'started' : 'running'}` });
    },
  });
}
