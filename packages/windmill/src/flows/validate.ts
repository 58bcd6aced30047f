import { isPath } from '../config/paths.js';
import { syntaxProblem } from '../expressions/expressions.js';
import { expressionsOf, innerLists, type PlacedExpression } from './parts.js';
import { type Flow, flowSchema, type Module } from './schema.js';

/** A mistake in a flow. */
export interface FlowProblem {
  /** Where, as in `modules[0].value.iterator`. */
  readonly place: string;
  readonly message: string;
}

export interface ValidatedFlow {
  readonly problems: readonly FlowProblem[];
  /** The flow with the defaults that the server expects, such as `input_transforms`; undefined if its structure is wrong. */
  readonly value: Flow | undefined;
}

/** Ids that the server gives to modules of its own. */
const reserved = new Set(['failure', 'preprocessor']);

/** Checks what a server stores without a look: structure, ids, references, expressions and paths. */
export async function validateFlow(value: unknown): Promise<ValidatedFlow> {
  const parsed = flowSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ place: placeOf(path), message }));
    return { problems, value: undefined };
  }
  const flow = parsed.data as Flow;
  const problems: FlowProblem[] = [];
  const all = new Set<string>();
  const expressions: PlacedExpression[] = [];
  collectIds(flow.modules, 'modules');
  visit(flow.modules, 'modules', new Set());
  const handler = flow.failure_module;
  if (handler !== undefined)
    visitModule(handler, 'failure_module', new Set(flow.modules.map(({ id }) => id)));
  for (const { place, code } of expressions) {
    const message = await syntaxProblem(code);
    if (message !== undefined)
      problems.push({ place, message: `the expression \`${code}\` is not valid: ${message}` });
  }
  return { problems, value: flow };

  function collectIds(modules: readonly Module[], place: string): void {
    for (const [index, module] of modules.entries()) {
      const at = `${place}[${index}]`;
      if (all.has(module.id))
        problems.push({ place: `${at}.id`, message: `the id \`${module.id}\` is used twice` });
      if (reserved.has(module.id))
        problems.push({ place: `${at}.id`, message: `the id \`${module.id}\` is reserved` });
      all.add(module.id);
      for (const inner of innerLists(module)) collectIds(inner.modules, `${at}.${inner.place}`);
    }
  }

  /** @param before ids of steps whose results a step may use */
  function visit(modules: readonly Module[], place: string, before: ReadonlySet<string>): void {
    const seen = new Set(before);
    for (const [index, module] of modules.entries()) {
      visitModule(module, `${place}[${index}]`, seen);
      seen.add(module.id);
    }
  }

  function visitModule(module: Module, place: string, before: ReadonlySet<string>): void {
    const { value } = module;
    if (
      (value.type === 'script' || value.type === 'flow') &&
      !isPath(value.path) &&
      !value.path.startsWith('hub/')
    ) {
      problems.push({ place: `${place}.value.path`, message: `\`${value.path}\` is not a path of Windmill` });
    }
    if (value.type === 'rawscript' && /^\s*!inline\s/.test(value.content)) {
      const message = `\`${value.content.trim()}\` names a file of \`wmill sync\`, which the server would run as code; put the code of the file here`;
      problems.push({ place: `${place}.value.content`, message });
    }
    for (const expression of expressionsOf(module, place)) {
      expressions.push(expression);
      const visible = expression.afterStep ? new Set([...before, module.id]) : before;
      for (const id of referencesIn(expression.code)) {
        if (visible.has(id)) continue;
        const reason = all.has(id) ? 'has no result yet at this place' : 'does not exist';
        problems.push({ place: expression.place, message: `the step \`${id}\` ${reason}` });
      }
    }
    for (const inner of innerLists(module)) visit(inner.modules, `${place}.${inner.place}`, before);
  }
}

/** Ids of steps whose results an expression reads: `results.a`, `results?.a`, `results["a"]`. */
export function referencesIn(expression: string): string[] {
  const matches = expression.matchAll(
    /(?<![\w.$])results(?:\?\.|\.)?(?:\[\s*(["'])([\w-]+)\1\s*\]|(?<=\.)([A-Za-z_]\w*))/g,
  );
  return [...matches].map((match) => match[2] ?? match[3] ?? '');
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
