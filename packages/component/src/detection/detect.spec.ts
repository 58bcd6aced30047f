import { describe, expect, it } from 'vitest';
import { type BuildSettings, type DeclaredLanguage } from '../manifests/languages.js';
import { chooseLanguage } from './detect.js';

const settings: BuildSettings = { main: undefined, commands: [], binary: undefined, environment: {} };
const language = (written: string): DeclaredLanguage => ({ ...settings, written });

const choose = (declared: readonly string[], names: readonly string[], requested?: string) =>
  chooseLanguage(
    { languages: declared.map(language), otherwise: settings },
    new Set(names),
    'app/component.yaml',
    requested,
  ).language;

describe('the language of a component', () => {
  it.each<[string, readonly string[], readonly string[], string | undefined, string]>([
    ['from go.mod', [], ['go.mod', 'main.go'], undefined, 'go'],
    ['from Cargo.toml', [], ['Cargo.toml'], undefined, 'rust'],
    ['from package.json', [], ['package.json', 'Dockerfile'], undefined, 'npm'],
    ['from requirements.txt', [], ['requirements.txt', 'pyproject.toml'], undefined, 'pip'],
    ['from a Dockerfile if there is nothing else', [], ['Dockerfile'], undefined, 'container'],
    ['as it is declared, whatever the folder has', ['go'], ['package.json', 'Cargo.toml'], undefined, 'go'],
    ['as it is requested', ['go', 'typescript'], [], 'typescript', 'npm'],
    ['as it is requested, of those that the folder shows', [], ['go.mod', 'package.json'], 'go', 'go'],
  ])('is taken %s', (_, declared, names, requested, expected) => {
    expect(choose(declared, names, requested)).toBe(expected);
  });

  it.each<[string, readonly string[], readonly string[], string | undefined, string, string]>([
    [
      'the folder shows two',
      [],
      ['go.mod', 'package.json'],
      undefined,
      'COMPONENT_LANGUAGE_AMBIGUOUS',
      'go.mod (go) and package.json (npm)',
    ],
    ['two are declared', ['go', 'python'], [], undefined, 'COMPONENT_LANGUAGE_AMBIGUOUS', 'go, python'],
    [
      'the folder shows none',
      [],
      ['main.c'],
      undefined,
      'COMPONENT_LANGUAGE_UNKNOWN',
      'none of go.mod, Cargo.toml',
    ],
    [
      'the declared one is unknown',
      ['cobol'],
      [],
      undefined,
      'COMPONENT_LANGUAGE_UNKNOWN',
      '"cobol" is not one of',
    ],
    [
      'the requested one is misspelt',
      [],
      ['go.mod'],
      'ruts',
      'COMPONENT_LANGUAGE_UNKNOWN',
      'did you mean "rust"?',
    ],
  ])('is refused if %s', (_, declared, names, requested, code, why) => {
    expect(() => choose(declared, names, requested)).toThrow(
      expect.objectContaining({ code, why: expect.stringContaining(why) as string }) as Error,
    );
  });
});
