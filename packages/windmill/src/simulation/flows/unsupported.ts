import type { FlowModule, FlowValue } from '../state/model.js';

/** Fields of a flow or of a step whose effect the simulation does not imitate, with the reason where it is the edition. */
const fields: readonly (readonly [field: string, reason?: string])[] = [
  ['early_return'],
  ['preprocessor_module'],
  ['concurrent_limit', 'which needs the enterprise edition'],
  ['debouncing'],
  ['debounce_delay_s'],
  ['cache_ttl'],
];

/** What the simulation does not imitate, by the name that the user wrote; undefined if it can run the flow. */
export function unsupported(flow: FlowValue): string | undefined {
  if (flow.same_worker === true) return '`same_worker`';
  const field = unsupportedField(flow);
  if (field !== undefined) return field;
  for (const module of flow.modules) {
    const found = unsupportedModule(module);
    if (found !== undefined) return `${found} (step \`${module.id}\`)`;
  }
  return undefined;
}

function unsupportedModule(module: FlowModule): string | undefined {
  const { value } = module;
  const field = unsupportedField(module) ?? unsupportedField(value);
  if (field !== undefined) return field;
  switch (value.type) {
    case 'script':
      return value.path.startsWith('hub/') ? 'scripts of the hub' : undefined;
    case 'rawscript':
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

function unsupportedField(value: object): string | undefined {
  const found = fields.find(([field]) => (value as Readonly<Record<string, unknown>>)[field] != null);
  if (found === undefined) return undefined;
  const [field, reason] = found;
  return reason === undefined ? `\`${field}\`` : `\`${field}\`, ${reason}`;
}
