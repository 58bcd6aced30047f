import type { FlowModule, FlowValue } from '../state/model.js';

/** What the simulation does not imitate, by the name that the user wrote; undefined if it can run the flow. */
export function unsupported(flow: FlowValue): string | undefined {
  if (flow.same_worker === true) return '`same_worker`';
  if (flow.preprocessor_module !== undefined) return '`preprocessor_module`';
  if (flow.concurrent_limit !== undefined) return '`concurrent_limit`, which needs the enterprise edition';
  if (flow.cache_ttl !== undefined) return '`cache_ttl`';
  for (const module of flow.modules) {
    const found = unsupportedModule(module);
    if (found !== undefined) return `${found} (step \`${module.id}\`)`;
  }
  return undefined;
}

function unsupportedModule(module: FlowModule): string | undefined {
  const { value } = module;
  if (module.cache_ttl !== undefined) return '`cache_ttl`';
  switch (value.type) {
    case 'script':
      return value.path.startsWith('hub/') ? 'scripts of the hub' : undefined;
    case 'rawscript':
      return value.concurrent_limit === undefined
        ? undefined
        : '`concurrent_limit`, which needs the enterprise edition';
    case 'flow':
    case 'identity':
      return undefined;
    case 'forloopflow':
    case 'whileloopflow':
      return unsupported({ modules: value.modules });
    case 'branchone':
      return unsupported({
        modules: [...value.default, ...value.branches.flatMap(({ modules }) => modules)],
      });
    case 'branchall':
      return unsupported({ modules: value.branches.flatMap(({ modules }) => modules) });
    default:
      return `the step type \`${String((value as { readonly type: unknown }).type)}\``;
  }
}
