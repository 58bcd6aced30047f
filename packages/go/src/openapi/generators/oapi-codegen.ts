import { join } from 'node:path';
import { isObject } from '../json.js';
import type { Generator } from './generator.js';

/**
 * oapi-codegen and the module of its runtime. Both of Windmill's documents were seen to generate, build and vet with
 * this version, under Go 1.26; it needs Go 1.25. Generated code says which version made it.
 */
export const oapiCodegenVersion = 'v2.8.0';
export const oapiRuntimeVersion = 'v1.8.0';

const filters = ['include-tags', 'exclude-tags', 'include-operation-ids', 'exclude-operation-ids'];

export const oapiCodegen: Generator = {
  name: 'oapi-codegen',
  tool: {
    module: 'github.com/oapi-codegen/oapi-codegen/v2',
    package: 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen',
    version: oapiCodegenVersion,
  },
  renaming: 'an overlay that adds x-go-name',
  unknown: new Set(['several types', 'boolean schemas', 'inner references', 'siblings of references']),
  writes: 'file',
  // Its own formatting takes longer than all else it does; gofmt sees the code anyway.
  leavesUnformatted: true,
  requires: () => ({ 'github.com/oapi-codegen/runtime': oapiRuntimeVersion }),
  collides: (config) => {
    const options = config['output-options'];
    return !isObject(options) || options['resolve-type-name-collisions'] !== true;
  },
  isPartial: (config) => {
    const [options, generate] = [config['output-options'], config.generate];
    return (
      (isObject(options) && filters.some((filter) => filter in options)) ||
      (isObject(generate) && generate.client !== true)
    );
  },
  invocation: ({ document, folder, output, config, configFile, ...request }) => ({
    config: {
      generate: { models: true, client: true },
      ...config,
      'output-options': {
        'skip-fmt': true,
        ...(isObject(config['output-options']) ? config['output-options'] : {}),
      },
      package: request.package,
      output: join(folder, output),
    },
    args: ['-config', configFile, document],
  }),
};
