import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, Workspace } from './workspace.ts';

const runs = spawnSync('openapi-generator-cli', ['version']).status === 0;

/** An operation with two tags, and two enumerations that share a value. */
const tagged = `openapi: 3.0.3
info: { title: Mill, version: "1" }
paths:
  /sacks:
    get:
      operationId: listSacks
      tags: [sacks, store]
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Sack" } } } }
components:
  schemas:
    Sack:
      type: object
      properties:
        state: { $ref: "#/components/schemas/State" }
        grain: { $ref: "#/components/schemas/Grain" }
    State: { type: string, enum: [open, unknown] }
    Grain: { type: string, enum: [rye, unknown] }
`;

describe.skipIf(!runs)('openapi-generator (requires openapi-generator-cli on PATH, and Java)', () => {
  let workspace: Workspace;
  const add = (name: string) =>
    workspace.nx([
      ...['generate', '@millwright/go:client', `--spec=api/${name}.yaml`, `--directory=clients/${name}`],
      ...['--codeGenerator=openapi-generator', `--module=example.org/${name}`],
    ]);

  beforeAll(() => {
    workspace = new Workspace({
      'nx.json': JSON.stringify({ analytics: false }),
      'api/gristmill.yaml': readFileSync(join(repository, 'examples/gristmill/openapi.yaml'), 'utf8'),
      'api/tagged.yaml': tagged,
    });
  });
  afterAll(() => {
    workspace.remove();
  });

  it('generates a client of Go files only that passes go build and go vet, reproducibly', () => {
    const made = add('gristmill');
    expect(made.status, made.output).toBe(0);
    expect(made.output).not.toMatch(/ERROR|cause:/);
    const { status, output } = workspace.nx(['run', 'gristmill:generate']);
    expect(status, output).toBe(0);
    expect(output).toContain('7 operations, each with a method');
    expect(output).toContain('nothing changed');
    const written = readdirSync(workspace.path('clients/gristmill/api'));
    expect(written).toContain('api_jobs.go');
    expect(written.filter((name) => !name.endsWith('.go'))).toEqual([]);
  });

  it('supports operations with two tags, and enumerations that share a value', () => {
    const { status, output } = add('tagged');
    expect(status, output).toBe(0);
    expect(output).not.toMatch(/ERROR|cause:/);
    expect(workspace.read('clients/tagged/api/model_grain.go')).toContain('GRAIN_UNKNOWN Grain = "unknown"');
    expect(workspace.exists('clients/tagged/api/api_store.go')).toBe(false);
  });

  it('names the schema for which it generates invalid Go code', () => {
    workspace.write(
      'api/tagged.yaml',
      tagged.replace(
        '    State:',
        '    NewSack: { type: object, properties: { a: { type: string } } }\n    State:',
      ),
    );
    const { status, output } = workspace.nx(['run', 'tagged:generate']);
    expect(status).not.toBe(0);
    expect(output).toMatch(
      /NewSack redeclared in this block — of schema (New)?Sack \(api\/tagged\.yaml:\d+\)/,
    );
    expect(output).toContain(
      "help: give one of the two another name, in the document or with modelNameMappings in the generator's config",
    );
  });
});
