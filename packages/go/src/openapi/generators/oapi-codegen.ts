import { join } from 'node:path';
import { isObject, type JsonObject } from '../document/json.js';
import type { Generator, Relief } from './generator.js';

/**
 * The pinned versions of oapi-codegen and its runtime. Both of Windmill's documents were generated, built
 * and vetted with them, using Go 1.26. Requires Go 1.25. Generated code names the version.
 */
const oapiCodegenVersion = 'v2.8.0';
const oapiRuntimeVersion = 'v1.8.0';

const filters = ['include-tags', 'exclude-tags', 'include-operation-ids', 'exclude-operation-ids'];

/** Returns true unless it is configured to resolve collisions of type names. */
function collides(config: JsonObject): boolean {
  const options = config['output-options'];
  return !isObject(options) || options['resolve-type-name-collisions'] !== true;
}

/** Options that help against failures, by what the generator or Go prints. The first that is not set is used. */
const reliefs: readonly { readonly printed: RegExp; readonly section: string; readonly option: string }[] = [
  // A constant of an enumeration has the same name as a schema.
  {
    printed: /\(constant\b.*\) is not a type/,
    section: 'compatibility',
    option: 'always-prefix-enum-values',
  },
  // The option distinguishes components of different kinds, but not schemas within others.
  {
    printed: / redeclared in this block|duplicate typename '/,
    section: 'output-options',
    option: 'resolve-type-name-collisions',
  },
  { printed: / redeclared in this block/, section: 'compatibility', option: 'always-prefix-enum-values' },
  // The generator leaves out schemas that only webhooks use, but not the types of the webhooks.
  { printed: /: undefined: \p{Lu}/u, section: 'output-options', option: 'skip-prune' },
];

function relief(output: string, config: JsonObject): Relief | undefined {
  for (const { printed, section, option } of reliefs) {
    const own = isObject(config[section]) ? config[section] : {};
    if (option in own || !printed.test(output)) continue;
    return {
      option: `${section}.${option}: true`,
      config: { ...config, [section]: { ...own, [option]: true } },
    };
  }
  return undefined;
}

export const oapiCodegen: Generator = {
  name: 'oapi-codegen',
  tool: {
    module: 'github.com/oapi-codegen/oapi-codegen/v2',
    package: 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen',
    version: oapiCodegenVersion,
  },
  unknown: new Set(['several types', 'boolean schemas', 'inner references', 'siblings of references']),
  writes: 'file',
  // Its own formatting takes longer than the rest of its work, and gofmt formats the code anyway.
  leavesUnformatted: true,
  requires: () => ({ 'github.com/oapi-codegen/runtime': oapiRuntimeVersion }),
  relief,
  remedy: (complaint, config) => {
    // A constant of an enumeration has the same name as a schema.
    if (/\(constant\b.*\) is not a type/.test(complaint)) {
      return "set compatibility: { always-prefix-enum-values: true } in the generator's config, which adds the name of the enumeration to its constants";
    }
    if (!complaint.includes(' redeclared')) return undefined;
    const renaming = 'give one of the two another Go name with an overlay that adds x-go-name to the schema';
    return collides(config)
      ? `set output-options: { resolve-type-name-collisions: true } in the generator's config, or ${renaming}`
      : renaming;
  },
  collides,
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
