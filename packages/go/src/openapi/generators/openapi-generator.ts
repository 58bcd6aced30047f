import { join } from 'node:path';
import { isObject } from '../document/json.js';
import type { Generator } from './generator.js';

/** Files that openapi-generator's project template adds to the package, and that are not needed. */
const surroundings = [
  ...['git_push.sh', '.travis.yml', '.gitignore', 'go.mod', 'go.sum', 'README.md'],
  ...['docs/*', 'test/*', 'api/*'],
];

/** Without this option, it declares a constant twice if two enumerations share a value. */
const constants = { enumClassPrefix: true };
/** Without this option, it generates an operation once for each of its tags. */
const normalizer = { KEEP_ONLY_FIRST_TAG_IN_OPERATION: true };

export const openapiGenerator: Generator = {
  name: 'openapi-generator',
  tool: { commands: ['openapi-generator-cli', 'openapi-generator'] },
  unknown: new Set(['the null type', 'webhooks']),
  writes: 'folder',
  leavesUnformatted: false,
  requires: () => ({}),
  relief: () => undefined,
  remedy: (complaint) =>
    complaint.includes(' redeclared')
      ? "give one of the two another name, in the document or with modelNameMappings in the generator's config"
      : undefined,
  collides: () => false,
  isPartial: (config) => isObject(config.openapiNormalizer) && 'FILTER' in config.openapiNormalizer,
  invocation: ({ document, folder, output, config, configFile, ...request }) => ({
    config: {
      ...constants,
      ...config,
      openapiNormalizer: {
        ...normalizer,
        ...(isObject(config.openapiNormalizer) ? config.openapiNormalizer : {}),
      },
      packageName: request.package,
    },
    args: [
      'generate',
      '--generator-name=go',
      `--input-spec=${document}`,
      `--output=${join(folder, output)}`,
      `--config=${configFile}`,
      `--openapi-generator-ignore-list=${surroundings.join(',')}`,
    ],
  }),
};
