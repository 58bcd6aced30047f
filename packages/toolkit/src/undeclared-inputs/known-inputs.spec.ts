import { describe, expect, it } from 'vitest';
import { hashedValue, inputsIn, type KnownInputs, addKnownInputs } from './known-inputs.js';
import { formatInputsRecord, inputsVariable, parseInputsRecord, type UndeclaredInput } from './record.js';

const variable = inputsVariable('MILLWRIGHT_TEST_1');

/** Returns inputs for files by name with their content. */
type Files = Readonly<Record<string, string>>;

function inputsOf(files: Files): UndeclaredInput[] {
  return Object.entries(files).map(([name, digest]) => ({ kind: 'path', name, digest }));
}

/** A clone that runs one task: it hashes, builds or restores, and learns, as the hooks do. */
class Clone {
  private known: KnownInputs = {};

  /** @param cache the files from which each hash was built, shared by clones */
  constructor(private readonly cache: Map<string, Files>) {}

  /** @param files all files that the task reads without declaring them */
  run(files: Files, source = 'source'): 'built' | 'restored' | 'stale' {
    const under = hashedValue(this.known[variable] ?? {}, ({ name }) => files[name] ?? null);
    const hash = `${source} ${under}`;
    const cached = this.cache.get(hash);
    const result = cached ?? files;
    if (cached === undefined) this.cache.set(hash, files);
    this.known = addKnownInputs(this.known, { variable, under, inputs: inputsOf(result) });
    if (cached === undefined) return 'built';
    return JSON.stringify(cached) === JSON.stringify(files) ? 'restored' : 'stale';
  }
}

describe('hashedValue', () => {
  it.each<[string, readonly (readonly [Files, string])[]]>([
    [
      'restores the first result',
      [
        [{ a: '1' }, 'built'],
        [{ a: '1' }, 'restored'],
      ],
    ],
    [
      'misses the cache after an edit, and hits it after reverting',
      [
        [{ a: '1' }, 'built'],
        [{ a: '2' }, 'built'],
        [{ a: '2' }, 'restored'],
        [{ a: '1' }, 'restored'],
        [{ a: '2' }, 'restored'],
      ],
    ],
    [
      'considers a file that is read only in one state of another file',
      [
        [{ a: 'b', b: '1' }, 'built'],
        [{ a: 'c', c: '1' }, 'built'],
        [{ a: 'c', c: '1' }, 'restored'],
        [{ a: 'c', c: '2' }, 'built'],
        [{ a: 'c', c: '1' }, 'restored'],
        [{ a: 'b', b: '1' }, 'restored'],
      ],
    ],
    [
      'restores a task without undeclared inputs',
      [
        [{}, 'built'],
        [{}, 'restored'],
      ],
    ],
  ])('%s', (_, steps) => {
    const clone = new Clone(new Map());
    expect(steps.map(([files]) => clone.run(files))).toEqual(steps.map(([, outcome]) => outcome));
  });

  it('rejects a stale shared result once in a new clone, and then builds its own', () => {
    const cache = new Map<string, Files>();
    expect(new Clone(cache).run({ a: '1' })).toBe('built');
    const other = new Clone(cache);
    expect([other.run({ a: '2' }), other.run({ a: '2' }), other.run({ a: '2' })]).toEqual([
      'stale',
      'built',
      'restored',
    ]);
    expect(other.run({ a: '1' })).toBe('restored');
  });

  it('misses the cache when an input of a restored result changes', () => {
    const cache = new Map<string, Files>();
    new Clone(cache).run({ a: '1' });
    const other = new Clone(cache);
    expect([other.run({ a: '1' }), other.run({ a: '2' })]).toEqual(['restored', 'built']);
  });

  it('does not restore results that disagree about an input under one hash', () => {
    const cache = new Map<string, Files>();
    new Clone(cache).run({ a: '1' }, 'one');
    new Clone(cache).run({ a: '2' }, 'two');
    const clone = new Clone(cache);
    const turn = () => ['1', '2'].flatMap((a) => ['one', 'two'].map((source) => clone.run({ a }, source)));
    expect(turn()).toContain('stale');
    turn();
    expect(turn()).toEqual(['restored', 'restored', 'restored', 'restored']);
  });

  it('keeps a limited number of states', () => {
    let known: KnownInputs = {};
    for (let turn = 0; turn < 1000; turn++) {
      known = addKnownInputs(known, { variable, under: String(turn), inputs: inputsOf({ a: String(turn) }) });
    }
    expect(Object.keys(known[variable] ?? {}).length).toBeLessThan(200);
    expect(inputsIn(known)).toMatchObject([{ kind: 'path', name: 'a' }]);
  });
});

describe('the record of inputs', () => {
  const inputs: UndeclaredInput[] = [
    { kind: 'variable', name: 'B', digest: null },
    { kind: 'path', name: 'a', digest: '1' },
  ];

  it('is the same text for the same inputs, and parses back', () => {
    const text = formatInputsRecord({ variable, under: 'x', inputs });
    expect(formatInputsRecord({ variable, under: 'x', inputs: [...inputs, ...inputs].reverse() })).toBe(text);
    expect(parseInputsRecord(text)).toEqual({
      version: 1,
      variable,
      under: 'x',
      inputs: [...inputs].reverse(),
    });
  });

  it.each(['', '{}', '[]', '{"version":2,"variable":"V","under":"","inputs":[]}'])(
    'is not parsed from %j',
    (text) => {
      expect(parseInputsRecord(text)).toBeUndefined();
    },
  );
});
