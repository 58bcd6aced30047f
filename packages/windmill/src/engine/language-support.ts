import type { Checker } from '../checks/types.js';
import { languageOf } from '../config/languages.js';
import type { ScriptFunction } from '../simulation/jobs/runners.js';
import type { Simulation, SimulationOptions } from '../simulation/simulation.js';

/** What a program adds for a language. */
export interface LanguageSupport {
  /** Checks code before it is sent. */
  readonly check?: Checker;
  /** Runs code in the simulation that the engine creates. */
  readonly run?: ScriptFunction;
}

/**
 * Sorts the languages of a program by Windmill's names.
 * @param simulation undefined, options, or a simulation, which is not changed
 * @throws LANGUAGE_UNKNOWN
 */
export function namedLanguages(
  languages: Readonly<Record<string, LanguageSupport>> = {},
  simulation: Simulation | SimulationOptions | undefined,
): {
  readonly checkers: Readonly<Record<string, Checker>>;
  readonly simulation: Simulation | SimulationOptions | undefined;
} {
  const named = Object.entries(languages).map(([name, support]) => [languageOf(name), support] as const);
  const checkers = named.flatMap(([name, { check }]) =>
    check === undefined ? [] : [[name, check] as const],
  );
  const runners = named.flatMap(([name, { run }]) => (run === undefined ? [] : [[name, run] as const]));
  const isReady = simulation !== undefined && 'crashWorkers' in simulation;
  const extended =
    isReady || runners.length === 0
      ? simulation
      : { ...simulation, languages: { ...simulation?.languages, ...Object.fromEntries(runners) } };
  return { checkers: Object.fromEntries(checkers), simulation: extended };
}
