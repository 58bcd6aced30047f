import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostPlatform, isInAnyFolder } from '@millwright/toolkit';
import { buildEnvironment } from './building/environment.js';
import { planGo } from './building/go.js';
import { planRust } from './building/rust.js';
import { runSteps } from './building/steps.js';
import type { Subject } from './building/program.js';
import { chooseLanguage } from './detection/detect.js';
import { componentError } from './errors.js';
import { declarationsOf, type Language } from './manifests/languages.js';
import { readComponent } from './read.js';

/**
 * Runs the tests of a component with the tool of its language.
 * @param language the value of `--language`
 * @throws MillwrightError PROCESS_FAILED if a test fails; COMPONENT_* before anything runs
 */
export async function testComponent(
  folder: string,
  language?: string,
): Promise<{ readonly language: Language }> {
  const { file, document } = readComponent(folder);
  const root = resolve(folder);
  const chosen = chooseLanguage(declarationsOf(document), new Set(readdirSync(root)), file, language);
  const subject: Subject = { name: document.metadata.name, folder: root, file, settings: chosen.settings };
  const { command, sources } = testsOf(chosen.language, subject);
  // Sources above the component have tests of others, too.
  const cwd = isInAnyFolder(sources, [root]) ? sources : root;
  await runSteps([command], cwd, buildEnvironment(chosen.settings.environment, hostPlatform(), file).env);
  return { language: chosen.language };
}

function testsOf(
  language: Language,
  subject: Subject,
): { readonly command: readonly string[]; readonly sources: string } {
  if (language === 'go') return { command: ['go', 'test', './...'], sources: planGo(subject).module };
  if (language === 'rust') {
    const { root, crate } = planRust(subject);
    return { command: ['cargo', 'test'], sources: resolve(root, crate) };
  }
  throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
    what: `the tests of ${subject.file} cannot be run`,
    why: `Millwright tests components in go and rust, but not in ${language} yet`,
    remedy: 'run the tests with the tools of the language',
  });
}
