import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MillwrightError, Platform } from '@millwright/toolkit';
import { rulesOf } from './checks/config.js';
import { chooseLanguage } from './detection/detect.js';
import { declarationsOf, type Language } from './manifests/languages.js';
import { readComponent } from './read.js';

/** What is known about a component without building it. */
export interface ComponentInfo {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly type: string;
  readonly language: Language;
  /** The platforms that the component lists; undefined if it lists none. */
  readonly platforms: readonly Platform[] | undefined;
  readonly inputEventTypes: readonly string[];
  readonly outputEventTypes: readonly string[];
  readonly port: number | undefined;
  /** The keys of the configuration. */
  readonly config: readonly string[];
  readonly warnings: readonly MillwrightError[];
}

/**
 * Reads, validates and describes the component in a folder.
 * @param language the value of `--language`
 * @throws MillwrightError COMPONENT_*
 */
export function describeComponent(folder: string, language?: string): ComponentInfo {
  const { file, document, warnings } = readComponent(folder);
  const { metadata, spec } = document;
  const names = new Set(readdirSync(resolve(folder)));
  const chosen = chooseLanguage(declarationsOf(document), names, file, language);
  const { inputEventTypes = [], outputEventTypes = [], communication, config } = spec.interface ?? {};
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    version: metadata.version,
    description: metadata.description,
    type: spec.type,
    language: chosen.language,
    platforms: spec.platforms,
    inputEventTypes,
    outputEventTypes,
    port: communication?.port,
    config: [...Object.keys(rulesOf(config)), ...Object.keys(rulesOf(spec.config))],
    warnings,
  };
}
