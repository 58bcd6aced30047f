/** The kills of the test and of the campaign: what runs, who is killed, and when. */
import { randomOf } from '../../tools/testing/random.ts';

const actions = ['build', 'restore', 'check', 'generate', 'everything'] as const;
const victims = ['process group of nx', 'nx and all below it'] as const;
/** The number of variants of the sources. */
export const variants = 3;

/** A kill during an action. */
export interface StateKill {
  readonly action: (typeof actions)[number];
  readonly victim: (typeof victims)[number];
  /** The variant of the sources. */
  readonly variant: number;
  /** The time, as a fraction of the action's duration. */
  readonly moment: number;
}

/** Returns the kill of an index. Adjacent kills differ in all properties. */
export function stateKill(index: number): StateKill {
  const pick = <Choice>(choices: readonly Choice[], purpose: string): Choice =>
    choices[Math.floor(randomOf(index, purpose) * choices.length)] as Choice;
  return {
    action: pick(actions, 'action'),
    victim: pick(victims, 'victim'),
    variant: Math.floor(randomOf(index, 'variant') * variants),
    moment: randomOf(index, 'moment'),
  };
}

/** The targets that each action runs. */
export const targets: Readonly<Record<StateKill['action'], string>> = {
  build: 'build',
  restore: 'build,generate',
  check: 'check,test',
  generate: 'generate',
  everything: 'build,check,test,generate',
};

/** The sources that change so that an action has work to do. */
export const touched: Readonly<Record<StateKill['action'], readonly ('code' | 'description')[]>> = {
  build: ['code'],
  restore: [],
  check: ['code'],
  generate: ['description'],
  everything: ['code', 'description'],
};
