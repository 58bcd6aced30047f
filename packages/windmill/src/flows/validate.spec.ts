import { describe, expect, it } from 'vitest';
import { referencesIn, validateFlow } from './validate.js';

const bash = { type: 'rawscript', language: 'bash', content: 'echo', input_transforms: {} };
const reads = (expr: string) => ({ ...bash, input_transforms: { x: { type: 'javascript', expr } } });

describe('a valid flow', () => {
  it.each<[name: string, value: unknown]>([
    ['without steps', { modules: [] }],
    [
      'that reads an earlier step',
      {
        modules: [
          { id: 'a', value: bash },
          { id: 'b', value: reads('results.a') },
        ],
      },
    ],
    [
      'whose loop reads a step before the loop',
      {
        modules: [
          { id: 'a', value: bash },
          {
            id: 'l',
            value: {
              type: 'forloopflow',
              iterator: { type: 'javascript', expr: 'results.a' },
              modules: [{ id: 'b', value: reads('results.a + flow_input.iter.value') }],
            },
          },
        ],
      },
    ],
    [
      'with a stop condition on its own result',
      { modules: [{ id: 'a', value: bash, stop_after_if: { expr: 'results.a' } }] },
    ],
    ['with fields of a newer server', { modules: [{ id: 'a', value: bash, debouncing: {} }], notes: [] }],
    ['with statements as an expression', { modules: [{ id: 'a', value: reads('const x = 1;\nx + 1') }] }],
    [
      'with a script of the hub',
      { modules: [{ id: 'a', value: { type: 'script', path: 'hub/1/slack/send' } }] },
    ],
  ])('%s has no problems', async (_, value) => {
    expect((await validateFlow(value)).problems).toEqual([]);
  });

  it('gets the input_transforms that a server expects', async () => {
    const { value } = await validateFlow({
      modules: [{ id: 'a', value: { type: 'script', path: 'f/a/b' } }],
    });
    expect(value?.modules[0]?.value).toEqual({ type: 'script', path: 'f/a/b', input_transforms: {} });
  });
});

describe('a mistake', () => {
  const two = (first: object, second: object) => ({
    modules: [
      { id: 'a', value: bash, ...first },
      { id: 'b', value: bash, ...second },
    ],
  });
  it.each<[name: string, value: unknown, place: string, message: RegExp]>([
    ['no modules', {}, 'modules', /expected array/],
    ['a step without a value', { modules: [{ id: 'a' }] }, 'modules[0].value', /./],
    [
      'a step that is nonsense',
      { modules: [{ nonsense: true, value: bash }] },
      'modules[0].id',
      /expected string/,
    ],
    ['an unknown type', { modules: [{ id: 'a', value: { type: 'loop' } }] }, 'modules[0].value.type', /./],
    ['an id used twice', two({}, { id: 'a' }), 'modules[1].id', /`a` is used twice/],
    ['an id of the server', two({}, { id: 'failure' }), 'modules[1].id', /reserved/],
    [
      'a missing step',
      two({}, { value: reads('results.c') }),
      'modules[1].value.input_transforms.x',
      /`c` does not exist/,
    ],
    [
      'a later step',
      two({ value: reads('results.b') }, {}),
      'modules[0].value.input_transforms.x',
      /no result yet/,
    ],
    [
      'its own result',
      two({ value: reads('results.a') }, {}),
      'modules[0].value.input_transforms.x',
      /no result yet/,
    ],
    [
      'a file of `wmill sync` in place of code',
      two({ value: { ...bash, content: '!inline a.inline_script.sh' } }, {}),
      'modules[0].value.content',
      /names a file/,
    ],
    ['a broken expression', two({ skip_if: { expr: 'a b' } }, {}), 'modules[0].skip_if', /is not valid/],
    [
      'an expression that ends the function around it and loops for ever',
      two({ skip_if: { expr: 'return 1 }); for (;;); (() => {' } }, {}),
      'modules[0].skip_if',
      /is not valid/,
    ],
    [
      'a path with a dot',
      two({}, { value: { type: 'script', path: 'my-script.py' } }),
      'modules[1].value.path',
      /not a path/,
    ],
  ])('is reported with its place: %s', async (_, value, place, message) => {
    const { problems } = await validateFlow(value);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });

  it('within a branch is reported: a step of another branch is not visible', async () => {
    const branch = (id: string, value: object) => ({ expr: 'true', modules: [{ id, value }] });
    const value = {
      modules: [
        {
          id: 'o',
          value: {
            type: 'branchone',
            default: [],
            branches: [branch('p', bash), branch('q', reads('results.p'))],
          },
        },
      ],
    };
    expect((await validateFlow(value)).problems).toEqual([
      {
        place: 'modules[0].value.branches[1].modules[0].value.input_transforms.x',
        message: 'the step `p` has no result yet at this place',
      },
    ]);
  });
});

it.each([
  ['results.a.b + results["c-d"] + results?.e', ['a', 'c-d', 'e']],
  ['my.results.a + previous_result.results', []],
  ['flow_input.results', []],
])('finds the steps that %s reads', (expression, ids) => {
  expect(referencesIn(expression)).toEqual(ids);
});
