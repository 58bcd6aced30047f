import { ownValue } from '@millwright/toolkit';
import type { ComponentDocument } from './component.js';

export const languages = ['go', 'rust', 'npm', 'pip', 'container'] as const;
export type Language = (typeof languages)[number];

/** The names that components use for a language. */
const synonyms: Readonly<Record<string, Language>> = {
  golang: 'go',
  node: 'npm',
  nodejs: 'npm',
  javascript: 'npm',
  typescript: 'npm',
  python: 'pip',
  python3: 'pip',
  docker: 'container',
};

/** Returns the language with a name, as a component or a user writes it. */
export function languageOf(written: string): Language | undefined {
  const lower = written.toLowerCase();
  return languages.find((language) => language === lower) ?? ownValue(synonyms, lower);
}

/** How a component is built in one language. */
export interface BuildSettings {
  /** The path of the main file, relative to the component. */
  readonly main: string | undefined;
  /** The commands that build the program, in order: a list of words, or a line for a shell. */
  readonly commands: readonly (readonly string[] | string)[];
  /** The path of the program that the commands write, relative to the component. */
  readonly binary: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface DeclaredLanguage extends BuildSettings {
  /** The name, as it is written. */
  readonly written: string;
}

export interface Declarations {
  readonly languages: readonly DeclaredLanguage[];
  /** The settings for a language that is not declared, but detected. */
  readonly otherwise: BuildSettings;
}

type Spec = ComponentDocument['spec'];
type Native = NonNullable<NonNullable<Spec['build']>['native']>;
type Written = Exclude<NonNullable<Spec['languages']>, readonly unknown[]>[string];

/** Returns the languages that a component declares, in whichever form. */
export function declarationsOf({ spec }: ComponentDocument): Declarations {
  const { languages: listed = [], build } = spec;
  const all = Array.isArray(listed)
    ? listed.map((one) => ({ written: one.name, ...settingsOf(one) }))
    : Object.entries(listed).map(([written, one]) => ({ written, ...settingsOf(one) }));
  const shared = nativeSettings(build?.native);
  const selected = build?.language;
  if (selected === undefined)
    return { languages: all.map((one) => ({ ...one, ...overriding(one, shared) })), otherwise: shared };
  const same = all.find(
    ({ written }) => (languageOf(written) ?? written) === (languageOf(selected) ?? selected),
  );
  const settings = same === undefined ? shared : overriding(same, shared);
  return { languages: [{ written: selected, ...settings }], otherwise: shared };
}

function settingsOf({ main, build, native_build: older }: Written): BuildSettings {
  const { commands, binary, environment } = nativeSettings(build?.native);
  const command = older?.build_command;
  return {
    main,
    commands: commands.length === 0 && command !== undefined ? [command] : commands,
    binary: binary ?? older?.binary_path,
    environment: { ...variablesOf(older?.environment), ...environment },
  };
}

function nativeSettings(native: Native | undefined): BuildSettings {
  const { command, commands = [], binary, environment } = native ?? {};
  return {
    main: undefined,
    commands: [...commands, ...(command === undefined ? [] : [command])],
    binary,
    environment: variablesOf(environment),
  };
}

/** `spec.build` applies to all languages. */
function overriding(one: BuildSettings, shared: BuildSettings): BuildSettings {
  return {
    main: one.main,
    commands: shared.commands.length > 0 ? shared.commands : one.commands,
    binary: shared.binary ?? one.binary,
    environment: { ...one.environment, ...shared.environment },
  };
}

function variablesOf(written: Native['environment']): Record<string, string> {
  const entries = Array.isArray(written)
    ? written.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
    : Object.entries(written ?? {}).map(([key, value]) => [key, String(value)] as const);
  return Object.fromEntries(entries);
}
