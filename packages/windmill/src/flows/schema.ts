import { z } from 'zod';

/**
 * The structure of a flow, after Windmill's OpenFlow document. Unknown fields pass, since newer servers have more of them; what
 * is known must have the right type, because a server stores a wrong flow and fails when it runs.
 */
const transform = z.union([
  z.looseObject({ type: z.literal('static'), value: z.unknown().optional() }),
  z.looseObject({ type: z.literal('javascript'), expr: z.string() }),
  z.looseObject({ type: z.literal('ai') }),
]);
/** A field that a flow may leave out, or set to null as clients do that send every field; the server takes both alike. */
const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

const transforms = z.record(z.string(), transform);
const seconds = z.number().min(0);
const stop = z.looseObject({ expr: z.string(), skip_if_stopped: z.boolean().optional() });

const retry = z.looseObject({
  constant: z
    .looseObject({ attempts: z.int().min(0), seconds })
    .partial()
    .optional(),
  exponential: z
    .looseObject({
      attempts: z.int().min(0),
      multiplier: z.int().min(0),
      seconds,
      random_factor: z.int().nullable(),
    })
    .partial()
    .optional(),
});

const common = {
  stop_after_if: maybe(stop),
  stop_after_all_iters_if: maybe(stop),
  skip_if: maybe(z.looseObject({ expr: z.string() })),
  sleep: maybe(transform),
  timeout: maybe(z.union([seconds, transform])),
  continue_on_error: maybe(z.boolean()),
  retry: maybe(retry),
  mock: maybe(z.looseObject({ enabled: z.boolean().optional() })),
  suspend: maybe(z.looseObject({ required_events: maybe(z.int().min(0)), timeout: maybe(z.int().min(0)) })),
};

const moduleSchema = z.looseObject({
  id: z.string().min(1),
  ...common,
  get value() {
    return valueSchema;
  },
});

const modules = z.array(z.lazy(() => moduleSchema));

const valueSchema: z.ZodType<ModuleValue> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('rawscript'),
      content: z.string(),
      language: z.string(),
      input_transforms: transforms.default({}),
    }),
    z.looseObject({ type: z.literal('script'), path: z.string(), input_transforms: transforms.default({}) }),
    z.looseObject({ type: z.literal('flow'), path: z.string(), input_transforms: transforms.default({}) }),
    z.looseObject({ type: z.literal('identity') }),
    z.looseObject({
      type: z.literal('forloopflow'),
      modules,
      iterator: transform,
      skip_failures: z.boolean().default(false),
      parallel: z.boolean().optional(),
      parallelism: maybe(z.union([z.int().min(0), transform])),
    }),
    z.looseObject({ type: z.literal('whileloopflow'), modules, skip_failures: z.boolean().default(false) }),
    z.looseObject({
      type: z.literal('branchone'),
      branches: z.array(z.looseObject({ expr: z.string(), modules })),
      default: modules.default([]),
    }),
    z.looseObject({
      type: z.literal('branchall'),
      branches: z.array(z.looseObject({ modules, skip_failure: z.boolean().optional() })),
      parallel: z.boolean().optional(),
    }),
    z.looseObject({ type: z.literal('aiagent') }),
  ]),
);

export const flowSchema = z.looseObject({
  modules,
  failure_module: maybe(moduleSchema),
  preprocessor_module: maybe(moduleSchema),
  same_worker: z.boolean().optional(),
  early_return: maybe(z.string()),
});

export type Transform = z.output<typeof transform>;

/** A step, parsed. */
export interface Module {
  readonly id: string;
  readonly value: ModuleValue;
  readonly stop_after_if?: { readonly expr: string } | undefined;
  readonly stop_after_all_iters_if?: { readonly expr: string } | undefined;
  readonly skip_if?: { readonly expr: string } | undefined;
  readonly sleep?: Transform | undefined;
}

interface Inputs {
  readonly input_transforms: Readonly<Record<string, Transform>>;
}

/** What a step does, parsed. */
export type ModuleValue =
  | ({ readonly type: 'rawscript'; readonly content: string; readonly language: string } & Inputs)
  | ({ readonly type: 'script' | 'flow'; readonly path: string } & Inputs)
  | { readonly type: 'identity' | 'aiagent' }
  | { readonly type: 'forloopflow'; readonly modules: readonly Module[]; readonly iterator: Transform }
  | { readonly type: 'whileloopflow'; readonly modules: readonly Module[] }
  | {
      readonly type: 'branchone';
      readonly branches: readonly { readonly expr: string; readonly modules: readonly Module[] }[];
      readonly default: readonly Module[];
    }
  | { readonly type: 'branchall'; readonly branches: readonly { readonly modules: readonly Module[] }[] };

export interface Flow {
  readonly modules: readonly Module[];
  readonly failure_module?: Module | undefined;
  readonly preprocessor_module?: Module | undefined;
}
