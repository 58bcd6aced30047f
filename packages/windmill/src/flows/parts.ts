import type { Module, Transform } from './schema.js';

/** An expression and where it stands. */
export interface PlacedExpression {
  readonly place: string;
  readonly code: string;
  /** Whether it is evaluated when the step has a result. */
  readonly afterStep: boolean;
}

/** The lists of steps within a step, with their places. */
export function innerLists({
  value,
}: Module): { readonly place: string; readonly modules: readonly Module[] }[] {
  switch (value.type) {
    case 'forloopflow':
    case 'whileloopflow':
      return [{ place: 'value.modules', modules: value.modules }];
    case 'branchone':
      return [
        ...value.branches.map(({ modules }, index) => ({
          place: `value.branches[${index}].modules`,
          modules,
        })),
        { place: 'value.default', modules: value.default },
      ];
    case 'branchall':
      return value.branches.map(({ modules }, index) => ({
        place: `value.branches[${index}].modules`,
        modules,
      }));
    default:
      return [];
  }
}

/** The expressions of a step, without those of steps within it. */
export function expressionsOf(module: Module, place: string): PlacedExpression[] {
  const { value, skip_if: skip, stop_after_if: stop, stop_after_all_iters_if: stopAll, sleep } = module;
  const found: PlacedExpression[] = [];
  const add = (at: string, code: string | undefined, afterStep = false) => {
    if (code !== undefined) found.push({ place: `${place}.${at}`, code, afterStep });
  };
  add('skip_if', skip?.expr);
  add('stop_after_if', stop?.expr, true);
  add('stop_after_all_iters_if', stopAll?.expr, true);
  add('sleep', codeOf(sleep), true);
  if ('input_transforms' in value) {
    for (const [name, transform] of Object.entries(value.input_transforms)) {
      add(`value.input_transforms.${name}`, codeOf(transform));
    }
  }
  if (value.type === 'forloopflow') add('value.iterator', codeOf(value.iterator));
  if (value.type === 'branchone') {
    for (const [index, { expr }] of value.branches.entries()) add(`value.branches[${index}].expr`, expr);
  }
  return found;
}

function codeOf(transform: Transform | undefined): string | undefined {
  return transform?.type === 'javascript' ? (transform as { readonly expr: string }).expr : undefined;
}
