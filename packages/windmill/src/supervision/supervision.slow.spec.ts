import { afterAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { StandIn } from './compiled-stand-in.spec.helper.js';
import { runRound, scenarios } from './rounds.spec.helper.js';

describeWithTool(describe, ['cc', 'pgrep'], 'a supervised server leaves no process behind', () => {
  const standIn = new StandIn();
  afterAll(() => {
    standIn[Symbol.dispose]();
  });
  it.each(scenarios.map((scenario, index) => [scenario, index] as const))('%s', async (scenario, index) => {
    expect(await runRound(standIn, index, 0)).toContain(scenario);
  });
});
