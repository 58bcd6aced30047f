import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MillwrightError } from '@millwright/toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBundle, readComponent, readPipeline } from './read.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'component-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Returns `line:column field: cause` of the error in a file. */
function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    const { location, what, why } = error as MillwrightError;
    return `${String(location?.line)}:${String(location?.column)} ${/`.*`/.exec(what)?.[0] ?? what}: ${why}`;
  }
  throw new Error('the file is accepted');
}

it('names the file that is missing', () => {
  expect(() => readComponent(folder)).toThrow(
    expect.objectContaining({ code: 'COMPONENT_FILE_MISSING', why: 'there is no such file' }) as Error,
  );
});

describe('bundle.yaml', () => {
  const bundle = `apiVersion: component.flowctl.io/v1
kind: ComponentBundle
metadata: { name: mill, version: v1.0.0, namespace: acme }
spec:
  execution: { modes: [native, container, hybrid], default: native }
  communication:
    protocol: grpc
    preserveInNative: true
    ports: { field: 50051, miller: "\${MILLER_PORT:-50052}" }
    discovery: localhost
    tls: { enabled: false }
  components:
    - { name: field, path: field/, type: source, language: go, version: v1.0.0, outputEventTypes: [mill.grain] }
    - name: miller
      path: miller/
      type: processor
      communication: { port: 50052, streams: [Flour], consumes: [Grain] }
  templates:
    - name: small
      components:
        - field: { config: { rows: "\${ROWS:-10}" } }
        - miller
  shared: { environment: { LOG_LEVEL: info } }
  config: { mill: { stones: { type: integer, default: 2 } } }
  build: { parallel: true, cache: aggressive, order: [field, miller] }
`;
  const read = (text: string) => {
    writeFileSync(join(folder, 'bundle.yaml'), text);
    return readBundle(folder);
  };

  it('is accepted in all its forms', () => {
    const { document, warnings } = read(bundle);
    expect(warnings).toEqual([]);
    expect(document.spec.components.map(({ name }) => name)).toEqual(['field', 'miller']);
  });

  it.each<[string, string, string, string]>([
    [
      'a port of an unknown component',
      'miller: "$',
      'miler: "$',
      '9:28 `spec.communication.ports.miler`: no component has the name miler (did you mean "miller"?)',
    ],
    [
      'a template with an unknown component',
      '        - miller',
      '        - baker',
      '22:11 `spec.templates[0].components[1]`: no component has the name baker',
    ],
    [
      'an order with an unknown component',
      '[field, miller]',
      '[field, mill]',
      '25:62 `spec.build.order[1]`: no component has the name mill',
    ],
    ['a name that occurs twice', '- name: miller', '- name: field', 'another component has the name field'],
    ['a port that is no number', '50051', 'fifty', '9:21 `spec.communication.ports.field`:'],
    ['a misspelt setting in a template', '{ config: { rows', '{ konfig: { rows', 'did you mean "config"?'],
  ])('is refused with %s', (_, from, to, expected) => {
    expect(refusalOf(() => read(bundle.replace(from, to)))).toContain(expected);
  });
});

describe('a pipeline', () => {
  const pipeline = `apiVersion: flowctl/v1
kind: Pipeline
metadata:
  name: mill
  labels: { tier: gold }
spec:
  driver: process
  sources:
    - id: field
      command: ["./bin/field"]
      env: { ROWS: 10, DEBUG: false, EMPTY: }
      output_event_types: [mill.grain]
  processors:
    - id: miller
      type: acme/miller@v1.2.0
      inputs: [field]
      config: { stones: 2 }
      health_check: /health
      health_port: 8088
  sinks:
    - id: store
      image: ghcr.io/acme/store:1
      inputs: [miller, field]
      ports: [{ containerPort: 8080, hostPort: 80 }]
`;
  const file = () => join(folder, 'pipeline.yaml');
  const read = (text: string) => {
    writeFileSync(file(), text);
    return readPipeline(file());
  };

  it('is accepted as flowctl accepts it', () => {
    expect(read(pipeline).warnings).toEqual([]);
    const other = pipeline.replace('  sinks:\n', '  schedule: daily\n  sinks:\n');
    expect(read(other).warnings).toMatchObject([{ code: 'COMPONENT_FIELD_UNKNOWN', location: { line: 20 } }]);
  });

  it.each<[string, string, string, string]>([
    [
      'an input that is none',
      'inputs: [field]',
      'inputs: [feld]',
      '16:16 `spec.processors[0].inputs[0]`: no component before it has the ID feld (did you mean "field"?)',
    ],
    [
      'an ID that occurs twice',
      'id: store',
      'id: field',
      '21:11 `spec.sinks[0].id`: another component has the ID field',
    ],
    [
      'a component with nothing to run',
      '      image: ghcr.io/acme/store:1\n',
      '',
      '21:7 `spec.sinks[0]`: it has neither a command, an image nor a type',
    ],
    [
      'a component without an ID',
      '- id: miller\n      type',
      '- type',
      '14:7 `spec.processors[0].id`: is missing',
    ],
    ['no source', '  sources:', '  pipelines:', 'it has no image'],
    [
      'another kind',
      'kind: Pipeline',
      'kind: Pipelines',
      '2:7 `kind`: "Pipelines" is not Pipeline (did you mean "Pipeline"?)',
    ],
    [
      'a port that is text',
      '8080',
      'http',
      '`spec.sinks[0].ports[0].containerPort`: expected a number, but it is "http"',
    ],
  ])('is refused with %s', (_, from, to, expected) => {
    expect(refusalOf(() => read(pipeline.replace(from, to)))).toContain(expected);
  });
});
