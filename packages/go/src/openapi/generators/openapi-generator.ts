import { join } from 'node:path';
import { isObject } from '../json.js';
import type { Generator } from './generator.js';

/** What a project template of openapi-generator writes beside the package, none of which the project asked for. */
const surroundings = ['git_push.sh', '.travis.yml', '.gitignore', 'go.mod', 'go.sum', 'test/*', 'api/*'];

export const openapiGenerator: Generator = {
  name: 'openapi-generator',
  tool: { commands: ['openapi-generator-cli', 'openapi-generator'] },
  writes: 'folder',
  requires: () => ({}),
  collides: () => false,
  isPartial: (config) => isObject(config.openapiNormalizer) && 'FILTER' in config.openapiNormalizer,
  invocation: ({ document, folder, output, config, configFile, ...request }) => ({
    config: { ...config, packageName: request.package },
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
