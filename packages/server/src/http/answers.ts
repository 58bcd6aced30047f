import type { SwaggerTransformObject } from '@fastify/swagger';
import { z } from 'zod';
import { trustGroups } from '../identity/trust-class.js';
import { scopes } from '../identity/tokens.js';

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, object>>;
}
interface Operation {
  responses?: Record<string, Answer>;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
}
type Paths = Record<string, Record<string, Operation>>;

const media = (type: string, schema: z.ZodType) => ({
  // OpenAPI 3.1 names the dialect for the whole document.
  [type]: { schema: { ...z.toJSONSchema(schema, { io: 'output' }), $schema: undefined } },
});
const answer = (description: string, schema: z.ZodType): Answer => ({
  description,
  content: media('application/json', schema),
});

const time = z.iso.datetime();
const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[\da-f]{64}$/);
const trustClass = z.string();

/** Of this server: `code` and `help`. Of Fastify, for requests that reach no route: `statusCode` and `error`. */
const refusal = z.object({
  message: z.string(),
  code: z.string().optional(),
  help: z.string().optional(),
  statusCode: z.int().optional(),
  error: z.string().optional(),
});
const refused = (description: string) => answer(description, refusal);
const unauthorized: Answer = {
  description: 'The token is unknown, expired or revoked.',
  // Nx shows no other type.
  content: media('text/plain', z.string()),
};

const token = z.object({
  id: z.string(),
  name: z.string(),
  workspace: z.string(),
  trustClass,
  scopes: z.array(z.enum(scopes)),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  lastUsedAt: time.nullable(),
});
const entry = z.object({
  workspace: z.string(),
  hash: z.string(),
  trustClass,
  digest: sha256,
  size: count,
  createdAt: time,
  lastReadAt: time,
  revokedAt: time.nullable(),
  writer: z.string(),
  run: z.string().nullable(),
  commit: z.string().nullable(),
  project: z.string().nullable(),
  target: z.string().nullable(),
});
const statistics = z.object({
  classes: z.array(
    z.object({ workspace: z.string(), trustClass, entries: count, bytes: count, lastReadAt: time }),
  ),
  quotaBytes: z.record(z.enum(trustGroups), count),
});
const revoked = z.object({
  revoked: count,
  classes: z.array(z.object({ trustClass, entries: count })),
  tokens: count,
});
const identity = z.object({
  name: z.string(),
  workspace: z.string(),
  trustClass,
  scopes: z.array(z.enum(scopes)),
  publicKey: z.base64(),
});
const exchanged = z.object({
  token: z.string(),
  expiresAt: time,
  trustClass,
  reason: z.string(),
  publicKey: z.base64(),
});
const finding = z.object({
  kind: z.enum(['missing', 'damaged', 'orphaned']),
  digest: sha256,
  entries: count,
});
const progress = z.object({
  blobs: count,
  bytes: count,
  findings: z.array(finding),
  isComplete: z.literal(true).optional(),
});

/** The answers of each operation, besides `default`. */
const answers: Readonly<Record<string, Readonly<Record<number, Answer>>>> = {
  'get /v1/cache/{hash}': {
    200: {
      description: 'The archive.',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
    401: unauthorized,
    403: refused('The token does not have the scope.'),
    404: { description: 'A miss.' },
  },
  'put /v1/cache/{hash}': {
    200: { description: 'Stored.' },
    401: unauthorized,
    403: refused('Not stored: the archive or the token is refused.'),
    409: refused('The class has an entry with the hash.'),
  },
  'get /v1/identity': { 200: answer('Who the holder of the token is.', identity) },
  'post /v1/identity/exchange': { 200: answer('A token of the server.', exchanged) },
  'post /v1/tokens': { 201: answer('Created.', z.object({ id: z.string(), token: z.string() })) },
  'get /v1/tokens': { 200: answer('All tokens, without their values.', z.array(token)) },
  'delete /v1/tokens/{id}': { 204: { description: 'Revoked.' } },
  'get /v1/cache-entries/{hash}': { 200: answer('The entries with the hash.', z.array(entry)) },
  'post /v1/cache-revocations': {
    200: answer('What was revoked.', revoked),
  },
  'get /v1/cache-statistics': { 200: answer('What each class uses.', statistics) },
  'post /v1/storage-checks': {
    200: { description: 'One line of JSON each.', content: media('application/x-ndjson', progress) },
  },
  'get /v1/health': { 200: answer('The process runs.', z.object({ status: z.literal('ok') })) },
  'get /v1/ready': {
    200: answer('The server can serve.', z.object({ status: z.literal('ready') })),
    503: answer('It cannot now.', z.object({ status: z.literal('not ready'), reason: z.string() })),
  },
  'get /metrics': { 200: { description: 'Metrics.', content: media('text/plain', z.string()) } },
};

/** How requests identify themselves, in OpenAPI's words. */
export const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `millwright token create`, or of a CI job.',
  },
} as const;

/** The operations that need no token. */
const openOperations = ['get /v1/health', 'get /v1/ready', 'get /metrics', 'post /v1/identity/exchange'];

/**
 * Adds the answers of each operation to the OpenAPI document. They only describe: what a route sends is compared with them by
 * the tests.
 */
export const describeAnswers: SwaggerTransformObject = (parameters) => {
  if (!('openapiObject' in parameters)) return parameters.swaggerObject;
  const document = parameters.openapiObject;
  for (const [path, operations] of Object.entries((document.paths ?? {}) as Paths))
    for (const [method, operation] of Object.entries(operations)) {
      if (!openOperations.includes(`${method} ${path}`)) operation.security = [{ token: [] }];
      operation.responses = {
        ...answers[`${method} ${path}`],
        // Nx accepts no other answers of the cache.
        ...(path === '/v1/cache/{hash}'
          ? {}
          : { default: refused('Refused: the request is invalid, or the token does not allow it.') }),
      };
    }
  return document;
};
