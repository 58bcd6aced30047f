import type { SwaggerTransformObject } from '@fastify/swagger';

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, object>>;
}
type Paths = Record<string, Record<string, { responses?: Record<string, Answer> }>>;

const json = (schema: object) => ({ 'application/json': { schema } });
const refusal = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' }, help: { type: 'string' } },
  required: ['message'],
};
const refused = (description: string): Answer => ({ description, content: json(refusal) });
const unauthorized = 'The token is unknown, expired or revoked.';
const archive = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

/** What Nx accepts. The reason of a 401 is text, because Nx shows no other. */
const cacheAnswers: Readonly<Record<string, Record<string, Answer>>> = {
  get: {
    200: { description: 'The archive.', content: archive },
    401: { description: unauthorized, content: { 'text/plain': { schema: { type: 'string' } } } },
    403: refused('The token does not have the scope.'),
    404: { description: 'A miss.' },
  },
  put: {
    200: { description: 'Stored.' },
    401: { description: unauthorized, content: { 'text/plain': { schema: { type: 'string' } } } },
    403: refused('Not stored: the archive or the token is refused.'),
    409: refused('The class has an entry with the hash.'),
  },
};

/** The other answers that are not 200 with JSON, or 200 with text. */
const ownAnswers: Readonly<Record<string, Record<string, Answer>>> = {
  'post /v1/tokens': { 201: { description: 'Created.', content: json({ type: 'object' }) } },
  'delete /v1/tokens/{id}': { 204: { description: 'Revoked.' } },
  'post /v1/storage-checks': {
    200: { description: 'Lines of JSON.', content: { 'application/x-ndjson': { schema: {} } } },
  },
  'get /metrics': {
    200: { description: 'Metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
  },
};

/** Adds the answers of each operation to the OpenAPI document. */
export const describeAnswers: SwaggerTransformObject = (parameters) => {
  if (!('openapiObject' in parameters)) return parameters.swaggerObject;
  const document = parameters.openapiObject;
  for (const [path, operations] of Object.entries((document.paths ?? {}) as Paths))
    for (const [method, operation] of Object.entries(operations))
      operation.responses =
        path === '/v1/cache/{hash}'
          ? { ...cacheAnswers[method] }
          : {
              ...(ownAnswers[`${method} ${path}`] ?? {
                200: { description: 'Done.', content: json({ type: ['object', 'array'] }) },
              }),
              default: refused('Refused: the request is invalid, or the token does not allow it.'),
            };
  return document;
};
