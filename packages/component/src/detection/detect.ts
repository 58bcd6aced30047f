import { didYouMean } from '@millwright/toolkit';
import { componentError } from '../errors.js';
import {
  type BuildSettings,
  type Declarations,
  type Language,
  languageOf,
  languages,
} from '../manifests/languages.js';

/** The files that show a language, in the order in which they are looked for. */
const signs: Readonly<Record<Language, readonly string[]>> = {
  go: ['go.mod'],
  rust: ['Cargo.toml'],
  npm: ['package.json'],
  pip: ['pyproject.toml', 'requirements.txt', 'setup.py'],
  container: ['Dockerfile', 'Containerfile'],
};

export interface Detected {
  readonly language: Language;
  /** The file that shows the language. */
  readonly file: string;
}

/**
 * Returns the languages that the files of a folder show. A Dockerfile counts only without any other.
 * @param names the names of the files in the folder
 */
export function detectLanguages(names: ReadonlySet<string>): readonly Detected[] {
  const found = languages.flatMap((language) => {
    const file = signs[language].find((name) => names.has(name));
    return file === undefined ? [] : [{ language, file }];
  });
  const others = found.filter(({ language }) => language !== 'container');
  return others.length > 0 ? others : found;
}

export interface Chosen {
  readonly language: Language;
  readonly settings: BuildSettings;
}

/**
 * Chooses the language in which a component is built: the requested one, the only declared one, or the only detected one.
 * @param names the names of the files in the component's folder
 * @param file the path of component.yaml, for messages
 * @param requested the value of `--language`
 * @throws MillwrightError COMPONENT_LANGUAGE_UNKNOWN, COMPONENT_LANGUAGE_AMBIGUOUS
 */
export function chooseLanguage(
  { languages: declared, otherwise }: Declarations,
  names: ReadonlySet<string>,
  file: string,
  requested?: string,
): Chosen {
  const wanted = requested === undefined ? undefined : known(requested, 'unknown language in `--language`');
  if (wanted !== undefined) {
    const one = declared.find(({ written }) => languageOf(written) === wanted);
    return { language: wanted, settings: one ?? otherwise };
  }
  const [first, second] = declared;
  if (first !== undefined && second === undefined)
    return {
      language: known(first.written, `the language in ${file} is not supported`),
      settings: first,
    };
  if (first !== undefined)
    throw ambiguous(file, `it declares ${declared.map(({ written }) => written).join(', ')}`);
  const detected = detectLanguages(names);
  const [only, other] = detected;
  if (only !== undefined && other === undefined) return { language: only.language, settings: otherwise };
  if (only !== undefined)
    throw ambiguous(
      file,
      `it declares no language, and the folder has ${detected.map((one) => `${one.file} (${one.language})`).join(' and ')}`,
    );
  throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
    what: `no language found for ${file}`,
    why: `it declares no language, and the folder has none of ${Object.values(signs).flat().join(', ')}`,
  });
}

function known(written: string, what: string): Language {
  const language = languageOf(written);
  if (language !== undefined) return language;
  throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
    what,
    why: `"${written}" is not one of ${languages.join(', ')}${didYouMean(written, languages)}`,
    remedy: `use one of ${languages.join(', ')}`,
  });
}

function ambiguous(file: string, why: string): Error {
  return componentError('COMPONENT_LANGUAGE_AMBIGUOUS', { what: `several languages for ${file}`, why });
}
