import swagger from '@fastify/swagger';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { cacheRoutes } from './cache-routes.js';
import type { Context } from './context.js';
import { identityRoutes } from './identity-routes.js';
import { managementRoutes } from './management-routes.js';
import { storageRoutes } from './storage-routes.js';

/** The time for the headers of a request, in milliseconds. */
const headersMilliseconds = 20_000;

/** Creates the HTTP server. It does not listen yet. */
export async function createApp(
  context: Context,
  logger: FastifyServerOptions['logger'],
): Promise<FastifyInstance> {
  const app = fastify({
    logger: logger ?? false,
    routerOptions: { maxParamLength: 300 },
    // The deadline of an upload answers before. These close connections of clients that send or read nothing.
    requestTimeout: context.config.requestSeconds * 2000,
    connectionTimeout: context.config.requestSeconds * 2000,
    forceCloseConnections: 'idle',
  });
  app.server.headersTimeout = headersMilliseconds;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: { info: { title: 'Millwright server', version: '0.1.0' } },
    transform: jsonSchemaTransform,
  });
  await app.register((scope, _options, done) => {
    cacheRoutes(scope, context);
    done();
  });
  await app.register((scope, _options, done) => {
    identityRoutes(scope, context);
    managementRoutes(scope, context);
    storageRoutes(scope, context);
    done();
  });
  app.get('/v1/health', () => ({ status: 'ok' }));
  app.get('/v1/ready', async (_request, reply) => {
    try {
      await context.database.query('select 1');
      return await reply.send({ status: 'ready' });
    } catch (error) {
      return reply
        .code(503)
        .send({ status: 'not ready', reason: error instanceof Error ? error.message : String(error) });
    }
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(context.registry.contentType).send(await context.registry.metrics()),
  );
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}
