import { MillwrightError } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { componentSchema } from './component.js';
import { parseManifest } from './read.js';
import { checkComponent } from '../checks/component.js';

const head = `apiVersion: component.flowctl.io/v1
kind: ComponentSpec
metadata:
  name: miller
spec:
  type: processor
`;

const parse = (text: string) => parseManifest(text, 'app/component.yaml', componentSchema, checkComponent);

function refusal(text: string): MillwrightError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof MillwrightError) return error;
    throw error;
  }
  throw new Error('the text is accepted');
}

describe('component.yaml is accepted', () => {
  it.each<[string, string]>([
    ['with nothing but a name and a type', ''],
    [
      'with languages as a list',
      `  languages:
    - name: go
      version: "1.24"
      main: src/main.go
      build:
        native:
          command: [go, build, -o, miller, ./src]
          binary: miller
          environment: [CGO_ENABLED=1]
          dependencies: [libssl-dev]
        container: { dockerfile: "FROM scratch" }
`,
    ],
    [
      'with languages by name',
      `  languages:
    go:
      version: "1.24"
      native_build: { enabled: true, build_command: go build -o miller ., binary_path: ./miller }
`,
    ],
    [
      'with one build for all languages',
      `  build:
    language: go
    native:
      commands: [go mod download, go build .]
      environment: { CGO_ENABLED: "1", JOBS: 4 }
    container: { dockerfile: Dockerfile }
    dependencies: { system: [pkg-config], build: [protoc] }
`,
    ],
    [
      'with rules of the configuration by key',
      `  interface:
    config:
      mode: { type: string, required: true, enum: [rpc, file], default: rpc }
      depth: { type: integer, minimum: 1, maximum: 9, condition: "mode == 'rpc'" }
      assets: { type: array, items: { type: object, properties: { code: { type: string } } } }
  examples:
    - name: deep
      config: { mode: file, depth: 9, assets: [{ code: A }] }
`,
    ],
    [
      'with rules of the configuration in properties',
      `  config:
    properties:
      mode: { type: string, validation: { pattern: "(?i)^[a-z]+$" } }
`,
    ],
    [
      'with an interface of streams and endpoints',
      `  interface:
    inputEventTypes: [mill.grain]
    outputEventTypes: [mill.flour]
    inputSchemas: [{ name: grain, version: "1.0.0" }]
    outputSchemas: [flour]
    communication:
      protocol: arrow-flight
      port: 8815
      streams: [{ name: bags, schema: flour, qos: at_least_once }]
      consumes: [{ name: sacks, schema: grain, source: field, port: 8814 }]
      endpoints: [{ path: /health, method: GET }]
  health: { readiness: { path: /health, port: 8088 }, liveness: { http: { path: /live, port: 8088 } } }
  platforms: [linux/amd64, darwin/arm64]
  environment: [{ name: MILLER_PORT, default: "8815" }]
  volumes: [{ name: data, path: /data, size: 1Gi }]
  resources: { limits: { cpu: 500m } }
  security: { run_as_user: 1000 }
`,
    ],
  ])('%s', (_, spec) => {
    expect(parse(head + spec).warnings).toEqual([]);
  });

  it.each(['1.0.0', 'v1.0.0', '2.1.0-rc.1+7'])('with version %s', (version) => {
    const text = head.replace('  name: miller\n', `  name: miller\n  version: ${version}\n`);
    expect(parse(text).document.metadata.version).toBe(version);
  });

  it('with an unknown field, which is reported and ignored', () => {
    const { document, warnings } = parse(`${head}  telemetry: { rate: 1 }\n`);
    expect(document.spec).not.toHaveProperty('telemetry');
    expect(warnings).toMatchObject([
      { code: 'COMPONENT_FIELD_UNKNOWN', location: { file: 'app/component.yaml', line: 7, column: 3 } },
    ]);
  });

  it.each<[string, string, string, string]>([
    [
      'a default mode that is none of the modes',
      '  execution: { modes: [native], default: container }\n',
      '7:42',
      'the modes do not include container',
    ],
    [
      'an example without a required key',
      '  config: { mode: { type: string, required: true } }\n  examples: [{ name: a, config: {} }]\n',
      '8:25',
      'mode is required, but not set',
    ],
    [
      'an example that breaks a rule',
      '  config: { depth: { type: integer, maximum: 9 } }\n  examples: [{ name: a, config: { depth: 10 } }]\n',
      '8:42',
      '10 is more than 9',
    ],
    [
      'an example with an unknown key',
      '  config: { depth: { type: integer } }\n  examples: [{ name: a, config: { constructor: 1 } }]\n',
      '8:35',
      'it is no key of the configuration',
    ],
    [
      'a condition on an unknown key',
      `  config: { depth: { type: integer, condition: "mode == 'rpc'" } }\n`,
      '7:48',
      'it depends on mode, which is no key of the configuration',
    ],
  ])('with %s, which is reported', (_, spec, at, why) => {
    const [warning, ...others] = parse(head + spec).warnings;
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'COMPONENT_INTERFACE_DOUBTFUL', why });
    expect(`${String(warning?.location?.line)}:${String(warning?.location?.column)}`).toBe(at);
  });
});

describe('component.yaml is refused, with line, column and field', () => {
  it.each<[title: string, text: string, at: string, field: string, why: string]>([
    [
      'a wrong indentation',
      head.replace('  name', ' \tname'),
      '4:2',
      'YAML',
      'Tabs are not allowed as indentation',
    ],
    [
      'an unclosed list',
      `${head}  platforms: [linux/amd64\n`,
      '8:1',
      'YAML',
      'Flow sequence in block collection must',
    ],
    ['a key that occurs twice', `${head}  type: sink\n`, '7:3', 'YAML', 'Map keys must be unique'],
    ['the key __proto__', `${head}  __proto__: {}\n`, '7:3', 'YAML', '__proto__'],
    [
      'another version of the format',
      head.replace('/v1', '/v2'),
      '1:13',
      '`apiVersion`',
      '"component.flowctl.io/v2" is not component.flowctl.io/v1',
    ],
    ['another kind', head.replace('Spec', 'Spek'), '2:7', '`kind`', 'did you mean "ComponentSpec"?'],
    ['no name', head.replace('  name: miller', '  author: Ada'), '3:1', '`metadata.name`', 'is missing'],
    [
      'a name with capitals',
      head.replace('miller', 'Miller'),
      '4:9',
      '`metadata.name`',
      'use lower-case letters',
    ],
    [
      'a version that is a number',
      head.replace('miller', 'miller\n  version: 1.20'),
      '5:12',
      '`metadata.version`',
      'expected text, but it is 1.2: put it in quotes',
    ],
    [
      'a version that is not semantic',
      head.replace('miller', 'miller\n  version: "1.2"'),
      '5:12',
      '`metadata.version`',
      'use a semantic version',
    ],
    [
      'an unknown type',
      head.replace('processor', 'procesor'),
      '6:9',
      '`spec.type`',
      'did you mean "processor"?',
    ],
    [
      'no type',
      head.replace('  type: processor', '  platforms: [linux/amd64]'),
      '5:1',
      '`spec.type`',
      'is missing',
    ],
    [
      'a misspelt field',
      `${head}  platfroms: [linux/amd64]\n`,
      '7:3',
      '`spec.platfroms`',
      'did you mean "platforms"?',
    ],
    [
      'an unknown platform',
      `${head}  platforms:\n    - linux/amd64\n    - linux/amd46\n`,
      '9:7',
      '`spec.platforms[1]`',
      'did you mean "linux/amd64"?',
    ],
    [
      'an unknown mode',
      `${head}  execution: { modes: [native, docker] }\n`,
      '7:32',
      '`spec.execution.modes[1]`',
      'not one of container, native, hybrid',
    ],
    [
      'a port that is too high',
      `${head}  interface:\n    communication:\n      port: 88150\n`,
      '9:13',
      '`spec.interface.communication.port`',
      '88150 is more than 65535',
    ],
    [
      'a port that is text',
      `${head}  interface: { communication: { port: "8815" } }\n`,
      '7:39',
      '`spec.interface.communication.port`',
      'expected a number, but it is "8815"',
    ],
    [
      'an event type with a blank',
      `${head}  interface: { inputEventTypes: [mill grain] }\n`,
      '7:34',
      '`spec.interface.inputEventTypes[0]`',
      'use letters',
    ],
    [
      'a stream with an unknown schema',
      `${head}  interface:\n    outputSchemas: [flour]\n    communication: { streams: [{ name: bags, schema: flower }] }\n`,
      '9:54',
      '`spec.interface.communication.streams[0].schema`',
      'flower is not one of flour',
    ],
    [
      'a misspelt field of a language in a list',
      `${head}  languages:\n    - name: go\n      build:\n        native: { binry: miller }\n`,
      '10:19',
      '`spec.languages[0].build.native.binry`',
      'did you mean "binary"?',
    ],
    [
      'a wrong field of a language by name',
      `${head}  languages:\n    go:\n      native_build: { enabled: maybe }\n`,
      '9:32',
      '`spec.languages.go.native_build.enabled`',
      'expected true or false, but it is "maybe"',
    ],
    [
      'a variable without a value',
      `${head}  build: { native: { environment: [CGO_ENABLED] } }\n`,
      '7:36',
      '`spec.build.native.environment[0]`',
      'use NAME=value',
    ],
    [
      'an unknown type of a key',
      `${head}  config: { depth: { type: int } }\n`,
      '7:28',
      '`spec.config.depth.type`',
      '"int" is not one of string, integer',
    ],
    [
      'an unknown type of a key in properties',
      `${head}  config: { properties: { depth: { type: int } } }\n`,
      '7:42',
      '`spec.config.properties.depth.type`',
      '"int" is not one of',
    ],
    [
      'a default of another type',
      `${head}  config: { depth: { type: integer, default: deep } }\n`,
      '7:46',
      '`spec.config.depth.default`',
      '"deep" is not of type integer',
    ],
    [
      'a default that is none of the choices',
      `${head}  config: { mode: { type: string, enum: [a, b], default: c } }\n`,
      '7:58',
      '`spec.config.mode.default`',
      '"c" is not one of a, b',
    ],
    [
      'a default that is none of several mappings',
      `${head}  config: { mode: { type: object, enum: [{ a: 1 }, { a: 2 }], default: { a: 3 } } }\n`,
      '7:72',
      '`spec.config.mode.default`',
      '{"a":3} is not one of {"a":1}, {"a":2}',
    ],
    [
      'limits in the wrong order',
      `${head}  config: { depth: { type: integer, minimum: 9, maximum: 1 } }\n`,
      '7:46',
      '`spec.config.depth.minimum`',
      '9 is more than the maximum, 1',
    ],
    [
      'a pattern that is none',
      `${head}  config: { mode: { type: string, validation: { pattern: "[" } } }\n`,
      '7:58',
      '`spec.config.mode.validation.pattern`',
      'not a regular expression',
    ],
    [
      'an example value that breaks a pattern',
      `${head}  config: { mode: { type: string, validation: { pattern: ^a$ }, examples: [b] } }\n`,
      '7:76',
      '`spec.config.mode.examples[0]`',
      '"b" does not match ^a$',
    ],
    [
      'a list in place of a mapping',
      `${head}  interface: []\n`,
      '7:14',
      '`spec.interface`',
      'expected a mapping, but it is a list',
    ],
    [
      'text in place of languages',
      `${head}  languages: go\n`,
      '7:14',
      '`spec.languages`',
      'expected a list, but it is "go"; or expected a mapping',
    ],
  ])('%s', (_, text, at, field, why) => {
    const { code, location, what, why: cause } = refusal(text);
    expect(code).toBe('COMPONENT_FILE_INVALID');
    expect(`${String(location?.line)}:${String(location?.column)}`).toBe(at);
    expect(what).toContain(field);
    expect(what).toContain('app/component.yaml');
    expect(cause).toContain(why);
  });

  it('all fields that are wrong, in the order of the file', () => {
    const { what, why, location } = refusal(
      `${head.replace('processor', 'procesor')}  platforms: [linux]\n  build: { langage: go }\n`,
    );
    expect(what).toBe('3 invalid fields in app/component.yaml');
    expect(location).toMatchObject({ line: 6, column: 9 });
    expect(why.split('\n').map((line) => line.split(': ', 1)[0])).toEqual([
      '6:9 `spec.type`',
      '7:15 `spec.platforms[0]`',
      '8:12 `spec.build.langage`',
    ]);
  });

  it.each<[string, string]>([
    ['an empty file', ''],
    ['a list', '- a\n'],
    [
      'aliases that expand without end',
      `a: &a [x, x, x, x, x, x, x, x]\n${['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']
        .map(
          ([from, to]) =>
            `${String(to)}: &${String(to)} [${Array(8)
              .fill(`*${String(from)}`)
              .join(', ')}]\n`,
        )
        .join('')}`,
    ],
    ['lists that are nested too deeply', `a: ${'['.repeat(20_000)}`],
  ])('%s', (_, text) => {
    expect(refusal(text).code).toBe('COMPONENT_FILE_INVALID');
  });
});
