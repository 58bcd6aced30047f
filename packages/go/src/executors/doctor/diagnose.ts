import { join } from 'node:path';
import { artifactsFolder } from '@millwright/artifacts';
import {
  attempt,
  attemptAsync,
  type Finding,
  firstLine,
  folderFinding,
  hostPlatform,
  MillwrightError,
  onPath,
  optionalProgram,
  platformInfo,
  type PlatformInfo,
  run,
} from '@millwright/toolkit';
import { chooseCCompiler } from '../../toolchain/c-compiler.js';
import { platformVariables } from '../build/arguments.js';
import { programsFor } from '../build/programs.js';
import { explainFailure } from '../../go-cli/explain.js';
import { moduleSubjectAt, type ModuleSubject } from '../../go-cli/module.js';
import { tagArguments } from '../../go-cli/options.js';
import type { DoctorOptions } from './schema.js';

/**
 * Checks the toolchain, modules, C compilers, native libraries, disk space and permissions for the builds
 * of a module.
 * @param root the absolute path of the Nx workspace
 * @param folder the absolute path of the module
 */
export async function diagnose(root: string, folder: string, options: DoctorOptions): Promise<Finding[]> {
  const subject = attempt('Go', () => moduleSubjectAt(folder, root));
  if ('finding' in subject) return [subject.finding];
  const settings = await attemptAsync('Go', () => goSettings(subject.value));
  if ('finding' in settings) return [settings.finding];
  const { GOVERSION: version, GOROOT: goRoot, GOCACHE: cache, GOMODCACHE: modules } = settings.value;
  const findings: Finding[] = [{ state: 'ok', what: 'Go', detail: `${version} (${goRoot})` }];
  for (const platform of options.platforms) {
    findings.push(...(await platformFindings(root, folder, platformInfo(platform), options)));
  }
  for (const path of [cache, modules, join(root, artifactsFolder)]) findings.push(folderFinding(path));
  if (options.lint) {
    const remedy = 'install it: https://golangci-lint.run/docs/welcome/install';
    findings.push(optionalProgram('golangci-lint', 'lints the module in the target lint', remedy));
  }
  return findings;
}

const settingNames = ['GOVERSION', 'GOROOT', 'GOCACHE', 'GOMODCACHE'] as const;

/** @throws MillwrightError as explainFailure, for example GO_TOO_OLD if the module requires a newer Go */
async function goSettings({
  go,
  folder,
  env,
}: ModuleSubject): Promise<Record<(typeof settingNames)[number], string>> {
  const result = await run(go, ['env', '-json', ...settingNames], { cwd: folder, env });
  if (result.exitCode !== 0) throw explainFailure('go env', result.stderr, result);
  return JSON.parse(result.stdout) as Record<(typeof settingNames)[number], string>;
}

async function platformFindings(
  root: string,
  folder: string,
  platform: PlatformInfo,
  options: DoctorOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const paths: string[] = [];
  for (const [name, path] of Object.entries(options.packages)) {
    const program = { packages: { [name]: path }, leftOut: {}, tags: options.tags, cgo: options.cgo };
    try {
      programsFor(program, folder, platform, root);
      paths.push(path);
    } catch (error) {
      findings.push(exclusionFinding(name, error));
    }
  }
  if (paths.length === 0 && findings.length > 0) return findings;
  const what = `C compiler for ${platform.platform}`;
  const compiler = attempt(what, () =>
    options.cgo ? chooseCCompiler(platform.platform, options.glibc, process.env) : undefined,
  );
  if ('finding' in compiler) return [...findings, compiler.finding];
  if (compiler.value) findings.push({ state: 'ok', what, detail: compiler.value.description });
  const env = { ...platformVariables(platform, options.cgo), ...compiler.value?.env };
  const subject = moduleSubjectAt(folder, root, env);
  // A library is not built itself. Its packages and tests are checked on the host platform.
  if (paths.length === 0 && platform.platform !== hostPlatform().platform) return findings;
  const packages = await attemptAsync('modules', () => listedPackages(subject, paths, options.tags));
  if ('finding' in packages) return [...findings, packages.finding];
  const detail = 'go.mod, go.sum and the module cache contain all imported packages';
  return [
    ...findings,
    { state: 'ok', what: 'modules', detail },
    ...(await nativeFindings(subject, packages.value)),
  ];
}

/**
 * Converts an error of programsFor. A missing cgo fails the build, but a program for another platform is
 * skipped.
 */
function exclusionFinding(name: string, error: unknown): Finding {
  if (!(error instanceof MillwrightError)) throw error;
  const { code, what, why, remedy } = error;
  return code === 'GO_CGO_OFF'
    ? { state: 'missing', what: name, detail: `${what}: ${why}`, remedy }
    : { state: 'hint', what: name, detail: `${what}: ${why}` };
}

/**
 * Lets go resolve all imports, which downloads what the module cache lacks.
 * @returns the pkg-config packages that C code requires
 */
async function listedPackages(
  { go, folder, env }: ModuleSubject,
  paths: readonly string[],
  tags: readonly string[],
): Promise<string[]> {
  const patterns = paths.length === 0 ? ['./...'] : paths;
  const format = '{{range .CgoPkgConfig}}{{println .}}{{end}}';
  const args = ['list', '-deps', ...tagArguments(tags), '-f', format, ...patterns];
  const result = await run(go, args, { cwd: folder, env });
  if (result.exitCode !== 0) throw explainFailure('go list', result.stderr, result);
  return [
    ...new Set(result.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('-'))),
  ].sort();
}

/** Queries pkg-config for packages, as go does (cmd/cgo, "Using cgo with the go command"). */
async function nativeFindings(
  { folder, env }: ModuleSubject,
  packages: readonly string[],
): Promise<Finding[]> {
  const program = process.env.PKG_CONFIG ?? 'pkg-config';
  if (packages.length === 0) return [];
  if (onPath(program, process.env).length === 0) {
    const detail = `${program} is not installed; C code uses it to find ${packages.join(', ')}`;
    return [{ state: 'missing', what: 'pkg-config', detail, remedy: 'apt-get install pkg-config' }];
  }
  const findings: Finding[] = [];
  for (const name of packages) {
    const result = await run(program, ['--exists', '--print-errors', name], { cwd: folder, env });
    const found = result.exitCode === 0;
    findings.push({
      state: found ? 'ok' : 'missing',
      what: `library ${name}`,
      detail: found ? 'found by pkg-config' : firstLine(result.stderr, 'pkg-config does not find it'),
      ...(found ? {} : { remedy: `install the system package that contains ${name}.pc` }),
    });
  }
  return findings;
}
