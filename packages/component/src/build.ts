import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { artifactsFolder } from '@millwright/artifacts';
import {
  hostPlatform,
  type MillwrightError,
  platformInfo,
  type Platform,
  warnOnce,
} from '@millwright/toolkit';
import { buildEnvironment } from './building/environment.js';
import { buildWithGo, planGo } from './building/go.js';
import { checkReplaceable, type PackagedProgram, writePackageFolder } from './building/package-folder.js';
import { choosePlatforms } from './building/platforms.js';
import type { BuiltProgram, Subject } from './building/program.js';
import { buildWithCargo, planRust } from './building/rust.js';
import { runSteps } from './building/steps.js';
import { chooseLanguage } from './detection/detect.js';
import { componentError } from './errors.js';
import { declarationsOf, type Language } from './manifests/languages.js';
import { readComponent } from './read.js';

export interface BuildRequest {
  /** The folder with component.yaml. */
  readonly folder: string;
  /** Platforms, or `all` for those that the component lists (default: the host platform). */
  readonly platforms?: readonly string[] | undefined;
  /** The language to build in, if the component has several. */
  readonly language?: string | undefined;
  /** The folder for the built component (default: `artifacts/components/<name>` in the component's folder). */
  readonly output?: string | undefined;
  /** Receives warnings (default: they are printed to standard error). */
  readonly onWarning?: (warning: MillwrightError) => void;
}

export interface BuiltComponent {
  readonly name: string;
  readonly version: string | undefined;
  readonly language: Language;
  /** The absolute path of the folder. */
  readonly folder: string;
  readonly programs: readonly PackagedProgram[];
}

/**
 * Builds a component, without Nx and without infrastructure, and writes it to a folder with `binaries/` and `metadata/`.
 * @throws MillwrightError COMPONENT_* before anything is built, and the errors of the language's build
 */
export async function buildComponent(request: BuildRequest): Promise<BuiltComponent> {
  const { onWarning = warnOnce } = request;
  const folder = resolve(request.folder);
  const { file, source, document, warnings } = readComponent(request.folder);
  for (const warning of warnings) onWarning(warning);
  const { name, namespace, version } = document.metadata;
  const { language, settings } = chooseLanguage(
    declarationsOf(document),
    new Set(readdirSync(folder)),
    file,
    request.language,
  );
  const host = hostPlatform().platform;
  const platforms = choosePlatforms(request.platforms, document.spec.platforms, host, file);
  const output = resolve(request.output ?? join(folder, artifactsFolder, 'components', name));
  await checkReplaceable(output);
  const programs = await buildPrograms(language, { name, folder, file, settings }, platforms, onWarning);
  const component = {
    name,
    namespace: namespace ?? null,
    version: version ?? null,
    type: document.spec.type,
  };
  const packaged = await writePackageFolder(output, source, { component, language }, programs);
  return { name, version, language, folder: output, programs: packaged };
}

async function buildPrograms(
  language: Language,
  subject: Subject,
  platforms: readonly Platform[],
  onWarning: (warning: MillwrightError) => void,
): Promise<readonly BuiltProgram[]> {
  const { folder, file, settings } = subject;
  const builds = platforms.map(
    (platform) => [platform, buildEnvironment(settings.environment, platformInfo(platform), file)] as const,
  );
  for (const [, { warnings }] of builds) for (const warning of warnings) onWarning(warning);
  const env = builds[0]?.[1].env ?? {};
  if (language === 'go') {
    const plan = planGo(subject);
    await runSteps(plan.steps, folder, env);
    const programs: BuiltProgram[] = [];
    for (const [platform, environment] of builds)
      programs.push(await buildWithGo(subject, plan, platform, environment));
    return programs;
  }
  if (language === 'rust') {
    const plan = planRust(subject);
    await runSteps(plan.steps, folder, env);
    return buildWithCargo(subject, plan, builds);
  }
  throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
    what: `${file} cannot be built`,
    why: `Millwright builds components in go and rust, but not in ${language} yet`,
    remedy: 'select one of these languages with `--language`, or build the component with its own tools',
  });
}
