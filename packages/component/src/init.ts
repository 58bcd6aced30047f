import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { chooseLanguage } from './detection/detect.js';
import { componentError } from './errors.js';
import type { Language } from './manifests/languages.js';

export interface InitRequest {
  readonly folder: string;
  /** Default: that of the folder. */
  readonly name?: string | undefined;
  readonly type: 'source' | 'processor' | 'sink';
  /** Default: the one that the files of the folder show. */
  readonly language?: string | undefined;
}

export interface InitializedComponent {
  readonly file: string;
  readonly name: string;
  readonly language: Language;
}

/**
 * Writes a component.yaml for the sources in a folder.
 * @throws MillwrightError COMPONENT_FILE_EXISTS, COMPONENT_LANGUAGE_AMBIGUOUS, COMPONENT_LANGUAGE_UNKNOWN
 */
export function initComponent({ folder, type, ...request }: InitRequest): InitializedComponent {
  const file = join(folder, 'component.yaml');
  const otherwise = { main: undefined, commands: [], binary: undefined, environment: {} };
  const names = new Set(readdirSync(resolve(folder)));
  const { language } = chooseLanguage({ languages: [], otherwise }, names, file, request.language);
  const name = request.name ?? componentName(basename(resolve(folder)));
  try {
    writeFileSync(file, componentText(name, type, language), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw componentError('COMPONENT_FILE_EXISTS', {
      what: `cannot write ${file}`,
      why: 'the file already exists',
    });
  }
  return { file, name, language };
}

/** Returns a name that component.yaml accepts. */
export function componentName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '');
  return name === '' ? 'component' : name;
}

function componentText(name: string, type: string, language: Language): string {
  return `apiVersion: component.flowctl.io/v1
kind: ComponentSpec
metadata:
  name: ${JSON.stringify(name)}
  version: v0.1.0
spec:
  type: ${type}
  build:
    language: ${language}
  platforms:
    - linux/amd64
    - linux/arm64
`;
}
