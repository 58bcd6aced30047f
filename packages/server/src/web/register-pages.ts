import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.js';
import { entryRoutes } from './entries/entry-routes.js';
import { overviewRoutes } from './overview/overview-routes.js';
import { errorPage, sendPage } from './answer.js';
import { securityHeaders } from './headers.js';
import { icon, iconPath } from './icon.js';
import { sessionRoutes } from './session-routes.js';
import { storageRoutes } from './storage/storage-routes.js';
import { styles, stylesPath } from './styles.js';
import { tokenRoutes } from './tokens/token-routes.js';

/** Pages are small. In bytes. */
const formLimit = 64 * 1024;

/** Adds the pages for people. They are complete without scripts. */
export async function registerPages(app: FastifyInstance, context: Context): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(cookie);
    await scope.register(formbody, { bodyLimit: formLimit });
    scope.addHook('onRoute', (route) => {
      // The OpenAPI document describes the API for programs.
      route.schema = { ...route.schema, hide: true };
    });
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers(securityHeaders);
    });
    scope.setErrorHandler(async (error, request, reply) => {
      const { statusCode = 500 } = error as { readonly statusCode?: number };
      if (statusCode >= 500) request.log.error({ err: error }, 'a page cannot be shown');
      await sendPage(reply, errorPage(statusCode, statusCode < 500 ? (error as Error).message : undefined));
    });
    for (const [path, type, content] of [
      [stylesPath, 'text/css; charset=utf-8', styles],
      [iconPath, 'image/svg+xml', icon],
    ] as const)
      scope.get(path, async (_request, reply) =>
        reply.headers({ 'cache-control': 'public, max-age=31536000, immutable' }).type(type).send(content),
      );
    sessionRoutes(scope, context);
    overviewRoutes(scope, context);
    entryRoutes(scope, context);
    if (context.config.modules.includes('administration')) {
      tokenRoutes(scope, context);
      storageRoutes(scope, context);
    }
  });
}
