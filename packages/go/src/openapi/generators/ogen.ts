import { join } from 'node:path';
import { isObject } from '../document/json.js';
import type { Generator } from './generator.js';

/** The pinned version of ogen, and of its module, which the generated code imports. */
const ogenVersion = 'v1.20.0';

export const ogen: Generator = {
  name: 'ogen',
  tool: {
    module: 'github.com/ogen-go/ogen',
    package: 'github.com/ogen-go/ogen/cmd/ogen',
    version: ogenVersion,
  },
  unknown: new Set([
    'type lists',
    'several types',
    'numeric bounds',
    'boolean schemas',
    'siblings of references',
  ]),
  writes: 'folder',
  leavesUnformatted: false,
  requires: (generatorVersion) => ({ 'github.com/ogen-go/ogen': generatorVersion }),
  relief: () => undefined,
  remedy: (complaint) =>
    complaint.includes(' redeclared')
      ? 'give one of the two another Go name: set x-ogen-name in the document or in an overlay'
      : undefined,
  collides: () => false,
  isPartial: ({ generator }) =>
    isObject(generator) && ('filters' in generator || 'ignore_not_implemented' in generator),
  invocation: ({ document, folder, output, config, configFile, ...request }) => {
    const isConfigured = Object.keys(config).length > 0;
    const args = ['--target', join(folder, output), '--package', request.package];
    return {
      config: isConfigured ? config : undefined,
      args: [...args, ...(isConfigured ? ['--config', configFile] : []), document],
    };
  },
};
