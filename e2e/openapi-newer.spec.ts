import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from './workspace.ts';

/** The features of OpenAPI 3.1 in one small document. */
const document = `openapi: 3.1.0
info: { title: Mill, version: "1", summary: A mill, license: { name: MIT, identifier: MIT } }
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
paths:
  /sacks: { $ref: "#/components/pathItems/sacks" }
  /mills/{id}:
    get:
      operationId: getMill
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, exclusiveMinimum: 0, examples: [1, 2] } }
      responses:
        "200": { $ref: "#/components/responses/Mill", description: The mill }
webhooks:
  ground:
    post:
      operationId: ground
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Sack" } } } }
      responses: { "200": { description: ok } }
components:
  pathItems:
    sacks:
      get:
        operationId: listSacks
        parameters: [{ name: after, in: query, schema: { type: [string, "null"] } }]
        responses:
          "200":
            description: ok
            content: { application/json: { schema: { type: array, items: { $ref: "shared.yaml#/components/schemas/Sack" } } } }
  responses:
    Mill: { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Mill" } } } }
  schemas:
    Sack: { $ref: "shared.yaml#/components/schemas/Sack" }
    Mill:
      type: object
      properties:
        name: { type: string, examples: [Gristmill] }
        parts: { type: array, prefixItems: [{ type: string }, true], items: false }
        anything: true
        last: { anyOf: [{ $ref: "#/components/schemas/Sack" }, { type: "null" }] }
`;
const shared = `components:
  schemas:
    Sack:
      type: object
      required: [kind, weight]
      properties:
        kind: { type: string, const: sack }
        weight: { type: [number, "null"], examples: [1.5] }
        marks: { type: [array, "null"], items: { type: string } }
        owner: { $ref: "openapi.yaml#/components/schemas/Mill", description: who ground it }
`;

describe.each([
  ['oapi-codegen', /Weight +\*float32 /, /func NewGroundWebhookRequest/],
  ['ogen', /Weight +NilFloat64 /, /Ground\(ctx /],
])('a client of an OpenAPI 3.1 document by %s', (generator, weight, webhook) => {
  let workspace: Workspace;
  const folder = `clients/${generator}`;
  const generate = () => workspace.nx(['run', `${generator}:generate`]);

  beforeAll(() => {
    workspace = new Workspace({
      'nx.json': JSON.stringify({ analytics: false }),
      'api/openapi.yaml': document,
      'api/shared.yaml': shared,
    });
    const made = workspace.nx([
      ...['generate', '@millwright/go:client', '--spec=api/openapi.yaml', `--directory=${folder}`],
      ...[`--codeGenerator=${generator}`, '--package=mill', '--module=example.org/mill'],
    ]);
    expect(made.status, made.output).toBe(0);
    expect(made.output).not.toMatch(/ERROR|cause:/);
  });
  afterAll(() => {
    workspace.remove();
  });

  it('passes go build and go vet, and supports null', () => {
    const { status, output } = generate();
    expect(status, output).toBe(0);
    expect(output).toContain('2 operations, each with a method');
    const path = workspace.path(`${folder}/api`);
    const code = readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8'));
    for (const expected of [weight, webhook]) {
      expect(code.filter((text) => expected.test(text))).not.toEqual([]);
    }
  });

  it('is rejected with line and remedy if the generator does not support a feature', () => {
    workspace.write(
      'api/shared.yaml',
      shared.replace('type: string, const: sack', 'type: [string, integer]'),
    );
    const { status, output } = generate();
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[OPENAPI_UNSUPPORTED]: schema Sack uses type: [string, integer]\n  --> api/shared.yaml:7\n',
    );
    expect(output).toContain(`cause: the generator ${generator} does not support it`);
    expect(output).toContain('help: write anyOf, with a schema for each type');
    workspace.write('api/shared.yaml', shared);
  });
});
