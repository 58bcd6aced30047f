import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillwrightError, readText, run, type RunResult } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { installTool } from '../go/install.js';
import { problemsError } from '../checks/problems.js';
import { relevantLines } from './relevant-lines.js';
import type { Explanation } from './explain.js';
import { withEvenComments, withoutUnusedImports } from './unformatted.js';
import type { Generator, GenerateRequest } from './generator.js';

export interface GeneratorRun {
  readonly generator: Generator;
  /** The version to use instead of the pinned one. */
  readonly version: string | undefined;
  /** The absolute path of the project. Paths in the generator's configuration are relative to it. */
  readonly cwd: string;
  readonly goVersion: string;
  readonly explanation: Explanation;
}

/**
 * Runs a generator.
 * @returns its output
 * @throws MillwrightError GENERATOR_UNAVAILABLE, GENERATOR_FAILED, OPENAPI_NAME_COLLISION, GO_TOO_OLD,
 * GO_TOOLCHAIN_MISSING
 */
export async function runGenerator(
  { generator, version, cwd, goVersion, explanation }: GeneratorRun,
  request: GenerateRequest,
): Promise<string> {
  const { tool } = generator;
  const { config, args } = generator.invocation(request);
  // All generators read YAML, and JSON is YAML.
  if (config !== undefined) await writeFile(request.configFile, JSON.stringify(config, null, 2));
  const program =
    'module' in tool
      ? await installTool({ ...tool, version: version ?? tool.version }, goVersion, cwd)
      : await findProgram(tool.commands, version);
  const result = await run(program, args, { cwd });
  const output = [result.stdout, result.stderr].filter((text) => text !== '').join('\n');
  if (result.exitCode === 0) {
    if (generator.leavesUnformatted) await clean(join(request.folder, request.output));
    return output;
  }
  const duplicate = /duplicate typename '(\w+)'/.exec(output)?.[1];
  if (duplicate !== undefined) {
    throw collision(duplicate, explanation, output);
  }
  throw goError('GENERATOR_FAILED', {
    what: `the generator ${generator.name} ${result.exitCode === undefined ? `was terminated by ${result.signal ?? 'a signal'}` : `exited with status ${result.exitCode}`}`,
    why: relevantLines(output) || 'no error message was printed',
    output,
  });
}

async function clean(file: string): Promise<void> {
  const code = readText(file);
  if (code !== undefined) await writeFile(file, withEvenComments(withoutUnusedImports(code)));
}

/** Explains a name collision. oapi-codegen reports only the name of the first type. */
function collision(name: string, explanation: Explanation, output: string): MillwrightError {
  const [first, ...others] = explanation.collisionsWith(name);
  if (first !== undefined) return problemsError(first, others, explanation.origins, output);
  return goError('OPENAPI_NAME_COLLISION', {
    what: `two components have the Go name ${name}`,
    why: [
      ...explanation.componentsNamed(name),
      'the other name is derived from an operation or from properties',
    ].join('; '),
    remedy:
      'give one of them another Go name, with an overlay that adds x-go-name; or run the target with --fix, which writes such an overlay',
    output,
  });
}

async function findProgram(commands: readonly string[], version: string | undefined): Promise<string> {
  for (const command of commands) {
    const answer = await tryRun(command);
    if (answer === undefined) continue;
    if (answer.exitCode !== 0) {
      throw goError('GENERATOR_UNAVAILABLE', {
        what: `cannot run the generator ${command}`,
        why: relevantLines(`${answer.stdout}\n${answer.stderr}`) || 'no error message was printed',
        remedy: 'install a Java runtime (version 11 or newer), and check that java is on PATH',
        output: answer.stderr,
      });
    }
    const found = answer.stdout.trim();
    if (version !== undefined && found !== version.replace(/^v/, '')) {
      throw goError('GENERATOR_UNAVAILABLE', {
        what: `the installed ${command} has version ${found}, but ${version} is required`,
        why: `the option "generatorVersion" is ${version}`,
        remedy: `install version ${version}, or correct the option`,
      });
    }
    return command;
  }
  throw goError('GENERATOR_UNAVAILABLE', {
    what: `the generator ${commands.join(' or ')} was not found on PATH`,
    why: 'Millwright does not install this generator, which is a Java program',
    remedy:
      'install a Java runtime and the generator (for example, pip install openapi-generator-cli), or use another generator',
  });
}

async function tryRun(command: string): Promise<RunResult | undefined> {
  try {
    return await run(command, ['version']);
  } catch (error) {
    if (error instanceof MillwrightError && error.code === 'PROCESS_MISSING') return undefined;
    throw error;
  }
}
