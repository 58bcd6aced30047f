import type { Generator, GeneratorName } from './generator.js';
import { oapiCodegen } from './oapi-codegen.js';
import { ogen } from './ogen.js';
import { openapiGenerator } from './openapi-generator.js';

export const generators: Readonly<Record<GeneratorName, Generator>> = {
  'oapi-codegen': oapiCodegen,
  ogen,
  'openapi-generator': openapiGenerator,
};
