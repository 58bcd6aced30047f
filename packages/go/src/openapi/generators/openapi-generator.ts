import { join } from 'node:path';
import { isObject } from '../document/json.js';
import type { Generator } from './generator.js';

/** What a project template of openapi-generator writes beside the package, none of which the project asked for. */
const surroundings = [
  ...['git_push.sh', '.travis.yml', '.gitignore', 'go.mod', 'go.sum', 'README.md'],
  ...['docs/*', 'test/*', 'api/*'],
];

/** Without these it writes code that does not build: constants twice where two enumerations share a value, */
const constants = { enumClassPrefix: true };
/** and an operation that has two tags once for each of them. */
const normalizer = { KEEP_ONLY_FIRST_TAG_IN_OPERATION: true };

export const openapiGenerator: Generator = {
  name: 'openapi-generator',
  tool: { commands: ['openapi-generator-cli', 'openapi-generator'] },
  unknown: new Set(['the null type', 'webhooks']),
  writes: 'folder',
  leavesUnformatted: false,
  requires: () => ({}),
  remedy: (complaint) =>
    complaint.includes(' redeclared')
      ? "give one of the two another name in Go by modelNameMappings in the generator's config, or in the document"
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
