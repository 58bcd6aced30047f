import { relative } from 'node:path';
import {
  buildBundle,
  buildComponent,
  type BuiltComponent,
  describeComponent,
  initComponent,
  type InitRequest,
  testComponent,
} from '@millwright/component';
import { formatSize, formatWarning, hasColour } from '@millwright/toolkit/core';
import { exitCodes, type Result } from '../io/result.js';

export interface InfoOptions {
  readonly language?: string;
}

/** Validates a component and shows what it declares. */
export function info(folder: string, { language }: InfoOptions): Result {
  const { warnings, ...facts } = describeComponent(folder, language);
  for (const warning of warnings)
    console.error(formatWarning(warning, { colour: hasColour(process.env, process.stderr.isTTY) }));
  const list = (values: readonly string[]) => values.join(', ') || 'none';
  const rows = [
    ['language', facts.language],
    ['platforms', list(facts.platforms ?? ['any'])],
    ['reads', list(facts.inputEventTypes)],
    ['writes', list(facts.outputEventTypes)],
    ['port', facts.port === undefined ? 'none' : String(facts.port)],
    ['configuration', list(facts.config)],
  ] as const;
  const width = Math.max(...rows.map(([label]) => label.length));
  return {
    exitCode: exitCodes.done,
    text: [
      `${nameOf(facts)} (${facts.type})`,
      ...(facts.description === undefined ? [] : [`  ${facts.description}`]),
      ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    ].join('\n'),
    data: {
      ...facts,
      warnings: warnings.map(({ code, what, why, location }) => ({ code, what, why, location })),
    },
  };
}

export interface BuildOptions {
  /** Separated by commas. */
  readonly platforms?: string;
  readonly language?: string;
  readonly output?: string;
}

/** Builds a component and writes it to a folder. */
export async function build(folder: string, options: BuildOptions, isJson: boolean): Promise<Result> {
  const { platforms, language, output } = options;
  const request = { folder, platforms: platforms?.split(','), language, output };
  const built = await (isJson ? withoutProgress(() => buildComponent(request)) : buildComponent(request));
  return { exitCode: exitCodes.done, text: describeBuilt(built), data: built };
}

/** Builds the components of a bundle. */
export async function buildAll(
  folder: string,
  { platforms }: Pick<BuildOptions, 'platforms'>,
  isJson: boolean,
): Promise<Result> {
  const request = { folder, platforms: platforms?.split(',') };
  const built = await (isJson ? withoutProgress(() => buildBundle(request)) : buildBundle(request));
  return { exitCode: exitCodes.done, text: built.components.map(describeBuilt).join('\n'), data: built };
}

export type InitOptions = Omit<InitRequest, 'folder'>;

/** Writes a component.yaml. */
export function init(folder: string, options: InitOptions): Result {
  const data = initComponent({ folder, ...options });
  return { exitCode: exitCodes.done, text: `wrote ${data.file} (${data.language})`, data };
}

/** Runs the tests of a component. */
export async function test(folder: string, { language }: InfoOptions, isJson: boolean): Promise<Result> {
  const run = () => testComponent(folder, language);
  const data = { passed: true, ...(await (isJson ? withoutProgress(run) : run())) };
  return { exitCode: exitCodes.done, text: 'all tests passed', data };
}

function describeBuilt(built: BuiltComponent): string {
  return [
    `${nameOf(built)} is in ${relative(process.cwd(), built.folder) || '.'}`,
    ...built.programs.map(({ path, size, sha256 }) => `  ${path}  ${formatSize(size)}  sha256 ${sha256}`),
  ].join('\n');
}

/** Sends what a build prints to standard error, because standard output is one JSON object. */
async function withoutProgress<Value>(build: () => Promise<Value>): Promise<Value> {
  const { log } = console;
  console.log = console.error;
  try {
    return await build();
  } finally {
    console.log = log;
  }
}

function nameOf({ name, version }: { readonly name: string; readonly version: string | undefined }): string {
  return version === undefined ? name : `${name} ${version}`;
}
