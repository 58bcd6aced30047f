import { formatOrigin, propertyOrigin, type SourceMap } from '../options/origin.js';
import type { HashedInputs, InputChange } from './observed/inputs.js';
import { parseInstruction } from './observed/instructions.js';

type Texts = Readonly<Record<string, string>>;
type Kind = InputChange['kind'];

/** The state of a task, with the states of the tasks whose outputs it reads. */
export interface TaskState {
  readonly plugin: string;
  readonly inputs: HashedInputs;
  readonly upstream: Readonly<Record<string, HashedInputs>>;
}

/**
 * Returns the inputs that differ between two states of a task. Nx's hashes decide whether an input differs; other
 * records only provide its name.
 * @param projects the names of the projects
 */
export function changesBetween(
  before: TaskState,
  after: TaskState,
  projects: Pick<ReadonlySet<string>, 'has'>,
): InputChange[] {
  const own = inputChanges(before.inputs, after.inputs, projects);
  const through = own.some(({ kind }) => kind === 'output of another task')
    ? Object.entries(after.upstream).flatMap(([id, inputs]) =>
        inputChanges(before.upstream[id] ?? inputs, inputs, projects).map((change) => ({
          ...change,
          through: id,
        })),
      )
    : [];
  const plugin: InputChange[] =
    before.plugin === after.plugin
      ? []
      : [{ kind: 'plugin', how: 'changed', name: 'version', before: before.plugin, after: after.plugin }];
  return [...own.filter(isCause), ...through, ...own.filter((change) => !isCause(change)), ...plugin];
}

/** Adds to each option that differs what sets it now. */
export function withOrigins(
  changes: readonly InputChange[],
  target: string,
  sourceMap: SourceMap,
): InputChange[] {
  return changes.map((change) => {
    if (change.kind !== 'option' || change.how === 'removed') return change;
    // `options.env`, `configurations.dev.profile`, or an item of a list: `options.features: a`.
    const path = change.name.replace(/: .*$/s, '').split('.');
    const parents = path[0] === 'options' ? 1 : 2;
    const parent = ['targets', target, ...path.slice(0, parents)].join('.');
    const origin = propertyOrigin(parent, path.slice(parents), sourceMap);
    return origin === undefined ? change : { ...change, origin: formatOrigin(origin) };
  });
}

function isCause({ kind }: InputChange): boolean {
  return kind !== 'output of another task';
}

function inputChanges(
  before: HashedInputs,
  after: HashedInputs,
  projects: Pick<ReadonlySet<string>, 'has'>,
): InputChange[] {
  const found = differences(before.overrides, after.overrides, 'command line');
  const differing = differences(before.nodes, after.nodes, 'other');
  const instructions = differing.map(({ name, how }) => ({
    how,
    instruction: parseInstruction(name, projects),
  }));
  const files = instructions.flatMap(({ instruction }) => (instruction.kind === 'files' ? instruction : []));
  if (files.length > 0) {
    const named = differences(before.files, after.files, 'file').flatMap(({ kind, how, name }) =>
      name === 'nx.json' ? nxJsonChanges(before, after) : [{ kind, how, name }],
    );
    // A change of the patterns is a change of the definition, so only patterns in both states are listed.
    const unnamed = instructions.flatMap(({ how, instruction }) =>
      instruction.kind === 'files' && how === 'changed'
        ? [...instruction.patterns, ...(instruction.isTruncated === true ? ['…'] : [])]
        : [],
    );
    found.push(...(named.length > 0 || unnamed.length === 0 ? named : [unnamedFiles(unnamed)]));
  }
  for (const { how, instruction } of instructions) {
    switch (instruction.kind) {
      case 'files':
        break;
      case 'variable':
        found.push(...variableChanges(instruction.name, how, before, after));
        break;
      case 'definition':
        found.push(...definitionChanges(instruction.project, how, before, after));
        break;
      case 'outputs':
        found.push(...outputChanges(instruction.glob, before, after));
        break;
      case 'command':
        found.push({ kind: 'command', how, name: instruction.command });
        break;
      case 'other':
        found.push({ kind: 'other', how, name: instruction.name });
        break;
    }
  }
  return unique(found);
}

/** Every task is hashed from all of nx.json, so this names the keys that differ. */
function nxJsonChanges(before: HashedInputs, after: HashedInputs): InputChange[] {
  const keys = differences(before.definition, after.definition, 'file').filter(({ name }) =>
    isOfNxJson(name),
  );
  const named = keys.map(({ kind, how, name }) => ({ kind, how, name: name.replace(' ', ': ') }));
  return named.length > 0 ? named : [{ kind: 'file', how: 'changed', name: 'nx.json' }];
}

function isOfNxJson(name: string): boolean {
  return name.startsWith('nx.json ');
}

function unnamedFiles(patterns: readonly string[]): InputChange {
  return { kind: 'file', how: 'changed', name: `a file that matches ${patterns.join(' or ')}` };
}

function variableChanges(
  name: string,
  how: InputChange['how'],
  before: HashedInputs,
  after: HashedInputs,
): InputChange[] {
  const parts = differences(before.parts[name] ?? {}, after.parts[name] ?? {}, 'machine');
  if (parts.length > 0) return parts.map(({ how, name }) => ({ ...kindOf(name), how }));
  const [only, ...others] = Object.keys(after.parts[name] ?? {});
  const isNamed = only !== undefined && others.length === 0;
  return [isNamed ? { ...kindOf(only), how } : { kind: 'variable', how, name }];
}

/** A variable or file may be hashed both separately and as a part of the machine, but is one input. */
function kindOf(part: string): Pick<InputChange, 'kind' | 'name'> {
  const [, kind, name] = /^(variable|file) (.*)$/s.exec(part) ?? [];
  if (name === undefined) return { kind: 'machine', name: part };
  return { kind: kind === 'file' ? 'file' : 'variable', name };
}

/** Only a digest of the definitions of other projects is recorded. */
function definitionChanges(
  project: string,
  how: InputChange['how'],
  before: HashedInputs,
  after: HashedInputs,
): InputChange[] {
  const found = differences(before.definition, after.definition, 'definition')
    .filter(({ name }) => !isOfNxJson(name))
    .map((change) =>
      /^(options|configurations)\b/.test(change.name) ? { ...change, kind: 'option' as const } : change,
    );
  return found.length > 0 ? found : [{ kind: 'definition', how, name: `project ${project}` }];
}

function outputChanges(glob: string, before: HashedInputs, after: HashedInputs): InputChange[] {
  const found = differences(before.outputs, after.outputs, 'output of another task');
  return found.length > 0 ? found : [{ kind: 'output of another task', how: 'changed', name: glob }];
}

function differences(before: Texts, after: Texts, kind: Kind): InputChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): InputChange[] => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    if (old === undefined) return [{ kind, how: 'added', name, after: now }];
    if (now === undefined) return [{ kind, how: 'removed', name, before: old }];
    return [{ kind, how: 'changed', name, before: old, after: now }];
  });
}

/** Removes duplicates. If an input is hashed in two ways, the change with more details is kept. */
function unique(changes: readonly InputChange[]): InputChange[] {
  const found = new Map<string, InputChange>();
  for (const change of changes) {
    const key = JSON.stringify([change.kind, change.name, change.before, change.after]);
    const other = found.get(key);
    if (other === undefined || other.how === 'changed') found.set(key, change);
  }
  return [...found.values()];
}
