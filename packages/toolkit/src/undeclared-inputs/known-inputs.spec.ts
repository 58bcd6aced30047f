import { describe, expect, it } from 'vitest';
import { hashedValue, inputsIn, type KnownInputs, learn } from './known-inputs.js';
import { formatInputsRecord, inputsVariable, parseInputsRecord, type UndeclaredInput } from './record.js';

const variable = inputsVariable('MILLWRIGHT_TEST_1');

/** Files by name with their content. */
type Files = Readonly<Record<string, string>>;

function inputsOf(files: Files): UndeclaredInput[] {
  return Object.entries(files).map(([name, digest]) => ({ kind: 'path', name, digest }));
}

/** A clone that runs one task: it hashes, builds or restores, and learns, as the hooks do. */
class Clone {
  private known: KnownInputs = {};

  /** @param cache what each hash was built from; shared by clones */
  constructor(private readonly cache: Map<string, Files>) {}

  /** @param files everything that the task reads and does not declare */
  run(files: Files, source = 'source'): 'built' | 'restored' | 'stale' {
    const under = hashedValue(this.known[variable] ?? {}, ({ name }) => files[name] ?? null);
    const hash = `${source} ${under}`;
    const cached = this.cache.get(hash);
    const made = cached ?? files;
    if (cached === undefined) this.cache.set(hash, files);
    this.known = learn(this.known, { variable, under, inputs: inputsOf(made) });
    if (cached === undefined) return 'built';
    return JSON.stringify(cached) === JSON.stringify(files) ? 'restored' : 'stale';
  }
}

describe('what a task is hashed with', () => {
  it.each<[string, readonly (readonly [Files, string])[]]>([
    [
      'the first result is found again',
      [
        [{ a: '1' }, 'built'],
        [{ a: '1' }, 'restored'],
      ],
    ],
    [
      'an edit misses the cache, and its reversal finds the first result again',
      [
        [{ a: '1' }, 'built'],
        [{ a: '2' }, 'built'],
        [{ a: '2' }, 'restored'],
        [{ a: '1' }, 'restored'],
        [{ a: '2' }, 'restored'],
      ],
    ],
    [
      'a file that is read only in one state of another counts in that state',
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
      'a task that read nothing undeclared is found again',
      [
        [{}, 'built'],
        [{}, 'restored'],
      ],
    ],
  ])('%s', (_, steps) => {
    const clone = new Clone(new Map());
    expect(steps.map(([files]) => clone.run(files))).toEqual(steps.map(([, outcome]) => outcome));
  });

  it('a clone that knows nothing is told once that a shared result does not fit, and then builds its own', () => {
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

  it('a clone that restores a fitting result misses the cache when its input changes', () => {
    const cache = new Map<string, Files>();
    new Clone(cache).run({ a: '1' });
    const other = new Clone(cache);
    expect([other.run({ a: '1' }), other.run({ a: '2' })]).toEqual(['restored', 'built']);
  });

  it('results that disagree about an input end the search under one hash for good', () => {
    const cache = new Map<string, Files>();
    new Clone(cache).run({ a: '1' }, 'one');
    new Clone(cache).run({ a: '2' }, 'two');
    const clone = new Clone(cache);
    const turn = () => ['1', '2'].flatMap((a) => ['one', 'two'].map((source) => clone.run({ a }, source)));
    expect(turn()).toContain('stale');
    turn();
    expect(turn()).toEqual(['restored', 'restored', 'restored', 'restored']);
  });

  it('remembers a limited number of states', () => {
    let known: KnownInputs = {};
    for (let turn = 0; turn < 1000; turn++) {
      known = learn(known, { variable, under: String(turn), inputs: inputsOf({ a: String(turn) }) });
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

  it('is the same text for the same inputs, and reads back', () => {
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
    'is not read from %j',
    (text) => {
      expect(parseInputsRecord(text)).toBeUndefined();
    },
  );
});
