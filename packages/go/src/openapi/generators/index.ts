import type { Generator, GeneratorName } from './generator.js';
import { oapiCodegen } from './oapi-codegen.js';
import { ogen } from './ogen.js';
import { openapiGenerator } from './openapi-generator.js';

export const generators: Readonly<Record<GeneratorName, Generator>> = {
  'oapi-codegen': oapiCodegen,
  ogen,
  'openapi-generator': openapiGenerator,
};

/** The generators that `auto` tries, in order. openapi-generator is skipped if it is not on PATH. */
export const automaticGenerators: readonly GeneratorName[] = ['oapi-codegen', 'ogen', 'openapi-generator'];
