import { chmodSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { outcomes, Workspace } from './workspace.ts';

const openapi = (operations: readonly string[]) => `openapi: 3.0.3
info: { title: Mill, version: "1" }
paths:
${operations
  .map(
    (id) => `  /${id}:
    get:
      operationId: ${id}
      parameters: [{ in: query, name: limit, schema: { type: integer } }]
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { $ref: "shared.yaml#/components/schemas/Sack" } } }
`,
  )
  .join('')}`;

const shared = (property: string) =>
  `components:\n  schemas:\n    Sack: { type: object, properties: { ${property}: { type: number } } }\n`;

describe('a Go client that is generated from an OpenAPI document', () => {
  let workspace: Workspace;
  const client = 'clients/mill/api/mill.gen.go';
  const generate = (...args: string[]) => workspace.nx(['run', 'mill:generate', ...args]);

  beforeAll(() => {
    workspace = new Workspace({
      'nx.json': JSON.stringify({ analytics: false }),
      'server/project.json': '{"name":"server"}',
      'server/openapi.yaml': openapi(['listSacks']),
      'server/shared.yaml': shared('weight'),
    });
    const made = workspace.nx([
      ...['generate', '@millwright/go:client', '--spec=server/openapi.yaml', '--directory=clients/mill'],
      '--module=example.org/mill',
    ]);
    expect(made.output).not.toMatch(/ERROR|cause:/);
    expect(made.status).toBe(0);
    workspace.commit();
  });
  afterEach(() => {
    workspace.git('checkout', '--quiet', '.');
    workspace.git('clean', '--quiet', '-fd');
  });
  afterAll(() => {
    workspace.remove();
  });

  it('is created by the Nx generator, with a tidy module', () => {
    expect(workspace.read(client)).toContain('func (c *Client) ListSacks(');
    expect(workspace.read('clients/mill/go.mod')).toContain('require github.com/oapi-codegen/runtime v');
    expect(workspace.git('status', '--short')).toBe('');
  });

  it('is generated reproducibly, and restored from the cache without starting Go', () => {
    const before = workspace.read(client);
    const first = generate();
    expect(first.output).toContain('1 operation, each with a method');
    expect(outcomes(first.output)).toEqual({ 'mill:generate': 'built' });
    workspace.git('clean', '-fdXq', 'clients');
    expect(workspace.exists(client)).toBe(false);
    // A go that records each run.
    workspace.write('.nx/bin/go', `#!/bin/sh\ntouch ${workspace.path('.nx/go-ran')}\nexit 1\n`);
    chmodSync(workspace.path('.nx/bin/go'), 0o755);
    const path = `${workspace.path('.nx/bin')}${delimiter}${process.env.PATH ?? ''}`;
    const second = workspace.nx(['run', 'mill:generate'], { PATH: path });
    expect(workspace.exists('.nx/go-ran')).toBe(false);
    expect(outcomes(second.output)).toEqual({ 'mill:generate': 'cached' });
    expect(workspace.read(client)).toBe(before);
  });

  it('is generated again after an edit of the document or of a file that it references', () => {
    workspace.write('server/openapi.yaml', openapi(['listSacks', 'grind']));
    expect(outcomes(generate().output)).toEqual({ 'mill:generate': 'built' });
    expect(workspace.read(client)).toContain('func (c *Client) Grind(');
    workspace.write('server/shared.yaml', shared('volume'));
    expect(outcomes(generate().output)).toEqual({ 'mill:generate': 'built' });
    expect(workspace.read(client)).toContain('Volume');
    const affected = workspace.nx(['show', 'projects', '--affected', '--files=server/shared.yaml']);
    expect(affected.output).toContain('mill');
  });

  it('stays unchanged if the document is invalid, and the error names the line', () => {
    const before = workspace.read(client);
    workspace.write('server/shared.yaml', 'components:\n  schemas: {}\n');
    const { status, output } = generate();
    expect(status).not.toBe(0);
    expect(output).toMatch(
      /error\[OPENAPI_REF_MISSING\]: the reference shared\.yaml.*\n {2}--> server\/openapi\.yaml:\d+\n/,
    );
    expect(output).toContain('cause: server/shared.yaml has nothing at #/components/schemas/Sack');
    expect(output).toContain('help: ');
    expect(workspace.read(client)).toBe(before);
  });

  it('applies an overlay, and reports files that are not declared as inputs', () => {
    workspace.write('server/openapi.yaml', openapi(['listSacks', 'grind']));
    workspace.write(
      'clients/mill/overlay.yaml',
      'overlay: 1.0.0\ninfo: { title: o, version: "1" }\nactions:\n  - target: $.paths["/grind"]\n    remove: true\n',
    );
    const { output } = generate('--overlays=clients/mill/overlay.yaml');
    expect(output).toContain('1 operation (2 before the overlays), each with a method');
    expect(output).toContain(
      'the generator read clients/mill/overlay.yaml, which the task does not declare as an input',
    );
    expect(workspace.read(client)).not.toContain('func (c *Client) Grind(');
  });
});

describe('a client that cannot be generated', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace({
      'nx.json': JSON.stringify({ analytics: false }),
      'server/collision.yaml': openapi(['listSacks', 'list-sacks']),
      // Names that collide only after the conversion by oapi-codegen.
      'server/invalid.yaml': `openapi: 3.0.3
info: { title: Mill, version: "1" }
paths: {}
components: { schemas: { Deep: { type: array, items: { $ref: "#/components/schemas/Deep" } } } }
`,
      'server/shared.yaml': shared('weight'),
      'existing/.gitignore': '*.log',
    });
  });
  afterAll(() => {
    workspace.remove();
  });

  it.each([
    ['a new folder', 'collision.yaml', 'clients/mill', 'OPENAPI_NAME_COLLISION'],
    ['a folder with files', 'collision.yaml', 'existing', 'OPENAPI_NAME_COLLISION'],
    ['a new folder', 'invalid.yaml', 'clients/mill', 'GENERATED_CODE_INVALID'],
  ])('fails and leaves %s unchanged: %s', (_, document, directory, code) => {
    const { status, output } = workspace.nx([
      ...['generate', '@millwright/go:client', `--spec=server/${document}`, `--directory=${directory}`],
      ...['--name=mill', '--module=example.org/mill'],
    ]);
    expect(status, output).not.toBe(0);
    expect(output).toContain(code);
    expect(workspace.git('status', '--short', '--ignored')).not.toMatch(/clients|existing/);
    expect(workspace.exists(`${directory}/project.json`)).toBe(false);
    expect(workspace.exists('clients')).toBe(false);
  });

  it('shows the complete output of Go with --verbose', () => {
    workspace.write(
      'failing/project.json',
      JSON.stringify({
        targets: {
          generate: {
            executor: '@millwright/go:go-openapi-generate',
            options: { script: 'failing/build.sh', output: 'x.gen.go' },
          },
        },
      }),
    );
    workspace.write('failing/go.mod', 'module example.org/failing\n\ngo 1.25\n');
    workspace.write(
      'failing/build.sh',
      'printf "package x\\n\\nvar _ = []int{missing1, missing2, missing3, missing4, missing5, missing6, missing7}\\n" >x.gen.go\n',
    );
    const brief = workspace.nx(['run', 'failing:generate']);
    const verbose = workspace.nx(['run', 'failing:generate', '--verbose']);
    expect([brief.status, verbose.status]).toEqual([1, 1]);
    expect(brief.output).toContain('undefined: missing1');
    expect(brief.output).not.toContain('undefined: missing7');
    expect(verbose.output).toContain('undefined: missing7');
  });
});
