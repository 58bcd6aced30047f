import { describe, expect, it } from 'vitest';
import { componentSchema } from './component.js';
import { declarationsOf, languageOf } from './languages.js';

function declared(spec: object) {
  return declarationsOf(
    componentSchema.parse({
      apiVersion: 'component.flowctl.io/v1',
      kind: 'ComponentSpec',
      metadata: { name: 'miller' },
      spec: { type: 'source', ...spec },
    }),
  );
}

const nothing = { main: undefined, commands: [], binary: undefined, environment: {} };

describe('the languages of a component', () => {
  it.each<[string, object, object]>([
    ['none', {}, { languages: [], otherwise: nothing }],
    [
      'a list',
      {
        languages: [
          {
            name: 'go',
            main: 'src/main.go',
            build: { native: { command: ['go', 'build'], environment: ['A=b=c'] } },
          },
        ],
      },
      {
        languages: [
          {
            ...nothing,
            written: 'go',
            main: 'src/main.go',
            commands: [['go', 'build']],
            environment: { A: 'b=c' },
          },
        ],
      },
    ],
    [
      'names',
      {
        languages: {
          rust: {
            native_build: { build_command: 'cargo build', binary_path: './app', environment: { A: 1 } },
          },
        },
      },
      {
        languages: [
          {
            ...nothing,
            written: 'rust',
            commands: ['cargo build'],
            binary: './app',
            environment: { A: '1' },
          },
        ],
      },
    ],
    [
      'one build, which selects a language and overrides its settings',
      {
        languages: [
          { name: 'typescript' },
          { name: 'golang', main: 'main.go', build: { native: { binary: 'a' } } },
        ],
        build: { language: 'go', native: { commands: ['go generate ./...', 'go build'], binary: 'b' } },
      },
      {
        languages: [
          {
            ...nothing,
            written: 'go',
            main: 'main.go',
            commands: ['go generate ./...', 'go build'],
            binary: 'b',
          },
        ],
      },
    ],
    [
      'one build without a language',
      { build: { native: { environment: { CGO_ENABLED: '1' } } } },
      { languages: [], otherwise: { ...nothing, environment: { CGO_ENABLED: '1' } } },
    ],
  ])('as %s', (_, spec, expected) => {
    expect(declared(spec)).toMatchObject(expected);
  });
});

it.each([
  ['Go', 'go'],
  ['TypeScript', 'npm'],
  ['python3', 'pip'],
  ['docker', 'container'],
  ['cobol', undefined],
  ['constructor', undefined],
])('%s is built as %s', (written, language) => {
  expect(languageOf(written)).toBe(language);
});
