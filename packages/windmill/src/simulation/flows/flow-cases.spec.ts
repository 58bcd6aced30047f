import { describe, expect, it } from 'vitest';
import type { ExecutionState } from '../../executions/types.js';
import { createEngine } from '../../engine/create-engine.js';
import { hasCode } from '../../errors.js';
import type { Json, JsonObject } from '../../client/json.js';
import type { ScriptFunction } from '../jobs/runners.js';
import { createSimulation } from '../simulation.js';

/** Code that the cases run: what stands after the word is its argument. */
const languages: Record<string, ScriptFunction> = {
  bash: async (args, { code, sleep }) => {
    const [word = '', ...rest] = code.content.split(' ');
    const text = rest.join(' ');
    if (word === 'say') return text;
    if (word === 'args') return args;
    if (word === 'fail') throw new Error(text);
    if (word === 'flaky') {
      const left = (attempts.get(text) ?? Number(text.split(':')[1])) - 1;
      attempts.set(text, left);
      if (left >= 0) throw new Error(`flaky, ${left} more`);
      return 'at last';
    }
    await sleep(Number(text) * 1_000);
    return 'slept';
  },
};
const attempts = new Map<string, number>();

const run = (content: string, inputs: Record<string, unknown> = {}) => ({
  type: 'rawscript',
  language: 'bash',
  content,
  input_transforms: Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('=')
        ? { type: 'javascript', expr: value.slice(1) }
        : { type: 'static', value },
    ]),
  ),
});
const step = (id: string, content: string, more: object = {}, inputs: Record<string, unknown> = {}) => ({
  id,
  value: run(content, inputs),
  ...more,
});
const show = (id: string, expr: string, more: object = {}) => step(id, 'args', more, { x: `=${expr}` });
const flow = (...modules: object[]) => ({ modules });
const loop = (id: string, expr: string, modules: object[], more: object = {}, module: object = {}) => ({
  id,
  value: {
    type: 'forloopflow',
    iterator: { type: 'javascript', expr },
    skip_failures: false,
    modules,
    ...more,
  },
  ...module,
});
const one = (id: string, branches: [string, object[]][], otherwise: object[] = []) => ({
  id,
  value: {
    type: 'branchone',
    branches: branches.map(([expr, modules]) => ({ expr, modules })),
    default: otherwise,
  },
});
const all = (id: string, branches: object[][], more: object = {}, branch: object = {}) => ({
  id,
  value: { type: 'branchall', branches: branches.map((modules) => ({ modules, ...branch })), ...more },
});
const wait = (id: string, modules: object[], module: object = {}) => ({
  id,
  value: { type: 'whileloopflow', skip_failures: false, modules },
  ...module,
});
const twice = { constant: { attempts: 2, seconds: 3_600 } };

type Case = [name: string, flow: unknown, state: ExecutionState, result: Json, args?: JsonObject];
const error = (message: string, step_id?: string, name = 'Error'): Json => ({
  error: { name, message, ...(step_id === undefined ? {} : { step_id }) },
});

const cases: Case[] = [
  ['no steps', flow(), 'succeeded', {}],
  ['one step', flow(step('a', 'say hi')), 'succeeded', 'hi'],
  ['the result of the last step', flow(step('a', 'say 1'), step('b', 'say 2')), 'succeeded', '2'],
  [
    'a static input',
    flow(step('a', 'args', {}, { x: [1, { y: null }] })),
    'succeeded',
    { x: [1, { y: null }] },
  ],
  ['a flow input', flow(show('a', 'flow_input.n')), 'succeeded', { x: 7 }, { n: 7 }],
  ['a missing flow input', flow(show('a', 'flow_input.none')), 'succeeded', { x: null }],
  ['an expression over flow inputs', flow(show('a', 'flow_input.n * 2')), 'succeeded', { x: 14 }, { n: 7 }],
  ['the previous result', flow(step('a', 'say p'), show('b', 'previous_result')), 'succeeded', { x: 'p' }],
  [
    'a result by id',
    flow(step('a', 'say p'), step('b', 'say q'), show('c', 'results.a')),
    'succeeded',
    { x: 'p' },
  ],
  ['a result by index', flow(step('a', 'say p'), show('b', 'results["a"] + "!"')), 'succeeded', { x: 'p!' }],
  ['statements as an expression', flow(show('a', 'const n = 2;\nn * 2')), 'succeeded', { x: 4 }],
  ['an expression with return', flow(show('a', 'const n = 3; return n')), 'succeeded', { x: 3 }],
  ['await', flow(step('a', 'say p'), show('b', '(await results.a) + "!"')), 'succeeded', { x: 'p!' }],
  ['a promise', flow(show('a', 'Promise.all([1, Promise.resolve(2)])')), 'succeeded', { x: [1, 2] }],
  ['an object literal', flow(show('a', '{ n: 1 }')), 'succeeded', { x: { n: 1 } }],
  ['identity', flow(step('a', 'say p'), { id: 'b', value: { type: 'identity' } }), 'succeeded', 'p'],
  ['a mock', flow({ ...step('a', 'fail no'), mock: { enabled: true, return_value: 5 } }), 'succeeded', 5],
  [
    'a mock that is off',
    flow({ ...step('a', 'say p'), mock: { enabled: false, return_value: 5 } }),
    'succeeded',
    'p',
  ],
  ['a failing step', flow(step('a', 'fail no'), step('b', 'say p')), 'failed', error('no', 'a')],
  ['a failing second step', flow(step('a', 'say p'), step('b', 'fail no')), 'failed', error('no', 'b')],
  [
    'an expression that throws',
    flow(show('a', 'none.x + 1')),
    'failed',
    error(
      "Error during isolated evaluation of expression `none.x + 1`:\n'none' is not defined",
      undefined,
      'ExecutionErr',
    ),
  ],
  [
    'an expression that never ends',
    flow(show('a', '(() => { for (;;); })()')),
    'failed',
    error(
      'Error during isolated evaluation of expression `(() => { for (;;); })()`:\ninterrupted',
      undefined,
      'ExecutionErr',
    ),
  ],
  [
    'a promise that is rejected',
    flow(show('a', 'Promise.reject(new Error("no"))')),
    'failed',
    error(
      'Error during isolated evaluation of expression `Promise.reject(new Error("no"))`:\nno',
      undefined,
      'ExecutionErr',
    ),
  ],
  [
    'a loop that never ends after an await',
    flow(show('a', 'await null; for (;;); return 1')),
    'failed',
    error(
      'Error during isolated evaluation of expression `await null; for (;;); return 1`:\ninterrupted',
      undefined,
      'ExecutionErr',
    ),
  ],
  [
    'continue on error',
    flow(step('a', 'fail no', { continue_on_error: true }), step('b', 'say p')),
    'succeeded',
    'p',
  ],
  [
    'the result of a tolerated error',
    flow(step('a', 'fail no', { continue_on_error: true }), show('b', 'results.a.error.message')),
    'succeeded',
    { x: 'no' },
  ],
  ['a retry that helps', flow(step('a', 'flaky one:2', { retry: twice })), 'succeeded', 'at last'],
  [
    'retries that do not suffice',
    flow(step('a', 'flaky two:3', { retry: twice })),
    'failed',
    error('flaky, 0 more', 'a'),
  ],
  [
    'exponential retries',
    flow(step('a', 'flaky three:3', { retry: { exponential: { attempts: 3, multiplier: 2, seconds: 60 } } })),
    'succeeded',
    'at last',
  ],
  [
    'constant, then exponential retries',
    flow(
      step('a', 'flaky four:2', {
        retry: {
          constant: { attempts: 1, seconds: 1 },
          exponential: { attempts: 1, multiplier: 1, seconds: 5 },
        },
      }),
    ),
    'succeeded',
    'at last',
  ],
  ['a step in time', flow(step('a', 'sleep 5', { timeout: 10 })), 'succeeded', 'slept'],
  [
    'a step that takes too long',
    flow(step('a', 'sleep 50', { timeout: 10 })),
    'failed',
    error(
      'execution error:\njob process terminated due to timeout after exceeding job-specific duration limit',
      'a',
      'ExecutionErr',
    ),
  ],
  [
    'a timeout that is tolerated',
    flow(step('a', 'sleep 50', { timeout: 10, continue_on_error: true }), step('b', 'say p')),
    'succeeded',
    'p',
  ],
  [
    'a sleep after a step',
    flow(step('a', 'say p', { sleep: { type: 'static', value: 3_600 } })),
    'succeeded',
    'p',
  ],
  [
    'a skipped step',
    flow(step('a', 'say p'), step('b', 'fail no', { skip_if: { expr: 'true' } })),
    'succeeded',
    'p',
  ],
  [
    'a step that is not skipped',
    flow(step('a', 'say p', { skip_if: { expr: 'flow_input.x' } })),
    'succeeded',
    'p',
  ],
  [
    'skipping by a result',
    flow(
      step('a', 'say p'),
      step('b', 'say q', { skip_if: { expr: 'results.a === "p"' } }),
      step('c', 'say r'),
    ),
    'succeeded',
    'r',
  ],
  [
    'an early stop',
    flow(step('a', 'say p', { stop_after_if: { expr: 'true' } }), step('b', 'fail no')),
    'succeeded',
    'p',
  ],
  [
    'an early stop that counts as skipped',
    flow(
      step('a', 'say p', { stop_after_if: { expr: 'true', skip_if_stopped: true } }),
      step('b', 'fail no'),
    ),
    'skipped',
    'p',
  ],
  [
    'an early stop by the result',
    flow(step('a', 'say p', { stop_after_if: { expr: 'result === "p"' } }), step('b', 'fail no')),
    'succeeded',
    'p',
  ],
  [
    'a stop condition that does not hold',
    flow(step('a', 'say p', { stop_after_if: { expr: 'false' } }), step('b', 'say q')),
    'succeeded',
    'q',
  ],
  [
    'an early stop with an error',
    flow(step('a', 'say p', { stop_after_if: { expr: 'true', error_message: 'enough' } })),
    'failed',
    error('enough', undefined, 'EarlyStopError'),
  ],
  [
    'a failure module',
    { ...flow(step('a', 'fail no')), failure_module: step('failure', 'say sorry') },
    'failed',
    'sorry',
  ],
  [
    'a failure module that reads the error',
    {
      ...flow(step('a', 'fail no')),
      failure_module: show('failure', 'error.message + " at " + error.step_id'),
    },
    'failed',
    { x: 'no at a' },
  ],
  [
    'a failure module that fails',
    { ...flow(step('a', 'fail no')), failure_module: step('failure', 'fail again') },
    'failed',
    error('again', 'failure'),
  ],
  [
    'a failure module that is not needed',
    { ...flow(step('a', 'say p')), failure_module: step('failure', 'fail x') },
    'succeeded',
    'p',
  ],
  [
    'a loop',
    flow(loop('l', '[1,2]', [show('a', 'flow_input.iter.value')])),
    'succeeded',
    [{ x: 1 }, { x: 2 }],
  ],
  [
    'a loop with its index',
    flow(loop('l', '[5]', [show('a', 'flow_input.iter.index')])),
    'succeeded',
    [{ x: 0 }],
  ],
  ['a loop over nothing', flow(loop('l', '[]', [step('a', 'fail no')])), 'succeeded', []],
  [
    'a loop over no list',
    flow(loop('l', '"text"', [step('a', 'say p')])),
    'failed',
    error('Expected an array value in the iterator expression', undefined, 'ExecutionErr'),
  ],
  ['a loop that fails', flow(loop('l', '[1,2]', [step('a', 'fail no')])), 'failed', error('no', 'a')],
  [
    'a loop that skips failures',
    flow(loop('l', '[1,2]', [step('a', 'fail no')], { skip_failures: true })),
    'succeeded',
    [error('no', 'a'), error('no', 'a')],
  ],
  [
    'a parallel loop',
    flow(loop('l', '[3,1,2]', [show('a', 'flow_input.iter.value')], { parallel: true })),
    'succeeded',
    [{ x: 3 }, { x: 1 }, { x: 2 }],
  ],
  [
    'a parallel loop of limited width',
    flow(loop('l', '[3,1,2]', [show('a', 'flow_input.iter.value')], { parallel: true, parallelism: 2 })),
    'succeeded',
    [{ x: 3 }, { x: 1 }, { x: 2 }],
  ],
  [
    'a loop that reads a step before it',
    flow(step('a', 'say p'), loop('l', '[1]', [show('b', 'results.a + flow_input.iter.value')])),
    'succeeded',
    [{ x: 'p1' }],
  ],
  [
    'a loop within a loop',
    flow(loop('l', '[1,2]', [loop('m', '[flow_input.iter.value]', [show('a', 'flow_input.iter.value')])])),
    'succeeded',
    [[{ x: 1 }], [{ x: 2 }]],
  ],
  [
    'a loop that a step stops',
    flow(
      loop('l', '[1,2,3]', [
        show('a', 'flow_input.iter.value', { stop_after_if: { expr: 'result.x === 2' } }),
      ]),
    ),
    'succeeded',
    [{ x: 1 }, { x: 2 }],
  ],
  [
    'a stop after all iterations',
    flow(
      loop(
        'l',
        '[1]',
        [step('a', 'say p')],
        {},
        { stop_after_all_iters_if: { expr: 'result.length === 1' } },
      ),
      step('b', 'fail no'),
    ),
    'succeeded',
    ['p'],
  ],
  [
    'a while loop until a step stops it',
    flow(wait('w', [show('a', 'flow_input.iter.index', { stop_after_if: { expr: 'result.x >= 2' } })])),
    'succeeded',
    [{ x: 0 }, { x: 1 }, { x: 2 }],
  ],
  ['a while loop that fails', flow(wait('w', [step('a', 'fail no')])), 'failed', error('no', 'a')],
  [
    'the first branch that holds',
    flow(
      one('o', [
        ['false', [step('a', 'say p')]],
        ['true', [step('b', 'say q')]],
      ]),
    ),
    'succeeded',
    'q',
  ],
  [
    'the default branch',
    flow(one('o', [['false', [step('a', 'say p')]]], [step('b', 'say q')])),
    'succeeded',
    'q',
  ],
  ['an empty default branch', flow(one('o', [['false', [step('a', 'say p')]]])), 'succeeded', []],
  [
    'a branch by a result',
    flow(step('s', 'say p'), one('o', [['results.s === "p"', [step('a', 'say q')]]])),
    'succeeded',
    'q',
  ],
  ['a branch that fails', flow(one('o', [['true', [step('a', 'fail no')]]])), 'failed', error('no', 'a')],
  ['all branches', flow(all('b', [[step('p', 'say p')], [step('q', 'say q')]])), 'succeeded', ['p', 'q']],
  [
    'all branches in parallel',
    flow(all('b', [[step('p', 'say p')], [step('q', 'say q')]], { parallel: true })),
    'succeeded',
    ['p', 'q'],
  ],
  [
    'a failing branch of all',
    flow(all('b', [[step('p', 'say p')], [step('q', 'fail no')]])),
    'failed',
    error('no', 'q'),
  ],
  [
    'a failing branch that may fail',
    flow(all('b', [[step('p', 'say p')], [step('q', 'fail no')]], {}, { skip_failure: true })),
    'succeeded',
    ['p', error('no', 'q')],
  ],
  ['a script by path', flow({ id: 'a', value: { type: 'script', path: 'f/t/hello' } }), 'succeeded', 'hello'],
  [
    'a flow within a flow',
    flow({ id: 'a', value: { type: 'flow', path: 'f/t/inner' } }),
    'succeeded',
    'inner',
  ],
  [
    'a script that does not exist',
    flow({ id: 'a', value: { type: 'script', path: 'f/t/none' } }),
    'failed',
    error('Not found: script not found at name f/t/none', undefined, 'InternalErr'),
  ],
  [
    'an approval that does not come',
    flow(step('a', 'say p', { suspend: { timeout: 60 } }), step('b', 'say q')),
    'failed',
    error(
      'Suspended flow timed out without approval or did not get enough approval',
      undefined,
      'SuspendedTimedOut',
    ),
  ],
  [
    'an approval that may be missing',
    flow(
      step('a', 'say p', { suspend: { timeout: 60, continue_on_disapprove_timeout: true } }),
      step('b', 'say q'),
    ),
    'succeeded',
    'q',
  ],
  [
    'an approval after the last step',
    flow(step('a', 'say p', { suspend: { timeout: 60 } })),
    'succeeded',
    'p',
  ],
  [
    'same_worker, by name',
    { ...flow(step('a', 'say p')), same_worker: true },
    'failed',
    error('the simulation does not imitate `same_worker`', undefined, 'SimulationUnsupported'),
  ],
  [
    'an early return, by name',
    { ...flow(step('a', 'say p')), early_return: 'a' },
    'failed',
    error('the simulation does not imitate `early_return`', undefined, 'SimulationUnsupported'),
  ],
  [
    'a preprocessor, by name',
    { ...flow(step('a', 'say p')), preprocessor_module: step('preprocessor', 'say p') },
    'failed',
    error('the simulation does not imitate `preprocessor_module`', undefined, 'SimulationUnsupported'),
  ],
  [
    'debouncing of the flow, by name',
    { ...flow(step('a', 'say p')), debounce_delay_s: 5 },
    'failed',
    error('the simulation does not imitate `debounce_delay_s`', undefined, 'SimulationUnsupported'),
  ],
  [
    'debouncing of a step, by name',
    flow(step('a', 'say p', { debouncing: { debounce_delay_s: 5 } })),
    'failed',
    error('the simulation does not imitate `debouncing` (step `a`)', undefined, 'SimulationUnsupported'),
  ],
  [
    'a limit of concurrency, by name',
    { ...flow(step('a', 'say p')), concurrent_limit: 1 },
    'failed',
    error(
      'the simulation does not imitate `concurrent_limit`, which needs the enterprise edition',
      undefined,
      'SimulationUnsupported',
    ),
  ],
  [
    'a limit of concurrency of a step in a loop, by name',
    flow(loop('l', '[1]', [{ id: 'a', value: { ...run('say p'), concurrent_limit: 1 } }])),
    'failed',
    error(
      'the simulation does not imitate `concurrent_limit`, which needs the enterprise edition (step `a`) (step `l`)',
      undefined,
      'SimulationUnsupported',
    ),
  ],
  [
    'a script of the hub, by name',
    flow({ id: 'a', value: { type: 'script', path: 'hub/1/x/y', input_transforms: {} } }),
    'failed',
    error(
      'the simulation does not imitate scripts of the hub (step `a`)',
      undefined,
      'SimulationUnsupported',
    ),
  ],
  ['a priority, which changes no result', { ...flow(step('a', 'say p')), priority: 5 }, 'succeeded', 'p'],
  [
    'optional fields that are null',
    {
      ...flow(
        step('a', 'say p', { retry: null, suspend: null, skip_if: null, stop_after_if: null, sleep: null }),
        step('b', 'say q', { timeout: null, mock: null, cache_ttl: null, continue_on_error: null }),
      ),
      failure_module: null,
      early_return: null,
      concurrent_limit: null,
    },
    'succeeded',
    'q',
  ],
  [
    'a cache, by name',
    flow(step('a', 'say p', { cache_ttl: 60 })),
    'failed',
    error('the simulation does not imitate `cache_ttl` (step `a`)', undefined, 'SimulationUnsupported'),
  ],
  [
    'an agent, by name',
    flow({ id: 'a', value: { type: 'aiagent' } }),
    'failed',
    error(
      'the simulation does not imitate the step type `aiagent` (step `a`)',
      undefined,
      'SimulationUnsupported',
    ),
  ],
];

describe('a flow with', () => {
  it.each(cases)('%s', async (_, value, state, result, args) => {
    const simulation = createSimulation({ languages });
    await using engine = createEngine({ mode: 'simulate', timeout: 80_000 }, { simulation });
    await engine.start();
    await engine.scripts.deploy({ path: 'f/t/hello', language: 'bash', content: 'say hello' });
    await engine.flows.create({ path: 'f/t/inner', value: flow(step('i', 'say inner')) });
    const execution = await engine.flows.preview(value, args);
    const shown = await execution.result().catch((thrown: unknown) => {
      if (hasCode(thrown, 'EXECUTION_FAILED')) return thrown.cause as Json;
      if (hasCode(thrown, 'EXECUTION_TIMEOUT')) return timedOut;
      throw thrown;
    });
    const { state: shownState } = await execution.status();
    expect({ state: shownState, result: shown === timedOut ? result : shown }).toEqual({ state, result });
  });
});
const timedOut = 'the server ended the step';
