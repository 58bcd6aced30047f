import swagger from '@fastify/swagger';
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { describeAnswers, securitySchemes } from './answers.js';
import type { modules } from '../config/schema.js';
import { cacheRoutes } from './cache-routes.js';
import { compilerRoutes } from './compiler-routes.js';
import type { Context } from './context.js';
import { exchangeRoutes, identityRoutes } from './identity-routes.js';
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
    // While the server stops, it answers what still arrives: Nx fails a task for a 503.
    return503OnClosing: false,
  });
  app.server.headersTimeout = headersMilliseconds;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerWrongMethods(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Millwright server', version: '0.1.0' },
      components: { securitySchemes },
    },
    transform: jsonSchemaTransform,
    transformObject: describeAnswers,
  });
  const register = async (routes: (scope: FastifyInstance) => void) =>
    app.register((scope, _options, done) => {
      routes(scope);
      done();
    });
  const isOn = (module: (typeof modules)[number]) => context.config.modules.includes(module);
  if (isOn('cache')) {
    await register((scope) => {
      cacheRoutes(scope, context);
    });
    await register((scope) => {
      compilerRoutes(scope, context);
    });
  }
  await register((scope) => {
    identityRoutes(scope, context);
    if (isOn('exchange')) exchangeRoutes(scope, context);
    if (isOn('administration')) {
      managementRoutes(scope, context);
      storageRoutes(scope, context);
    }
  });
  app.get('/v1/health', () => ({ status: 'ok' }));
  app.get('/v1/ready', async (_request, reply) => {
    const problems = await context.readiness.problems();
    if (problems.length === 0) return reply.send({ status: 'ready' });
    return reply.code(503).send({ status: 'not ready', reason: problems.join('; ') });
  });
  if (isOn('metrics'))
    app.get('/metrics', async (_request, reply) =>
      reply.type(context.registry.contentType).send(await context.registry.metrics()),
    );
  if (isOn('openapi')) app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

/** Answers 405 instead of 404 to a method that an existing path does not have. */
function answerWrongMethods(app: FastifyInstance): void {
  const methods = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.replace(/\?.*/s, '').split('/');
    const found = [...methods].find(([url]) => {
      const parts = url.split('/');
      return (
        parts.length === path.length && parts.every((part, at) => part.startsWith(':') || part === path[at])
      );
    });
    const allowed = found?.[1].join(', ');
    return allowed === undefined
      ? reply.code(404).send({ message: `${request.url.slice(0, 200)} does not exist` })
      : reply
          .code(405)
          .header('allow', allowed)
          .send({ message: `the path accepts ${allowed}` });
  };
  app.setNotFoundHandler(answer);
  // Fastify answers to some methods before it comes to the handler.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) await answer(request, reply);
  });
}
