import { randomBytes } from 'node:crypto';
import { print } from '@millwright/toolkit/core';
import { systemClock } from '../clock/clock.js';
import { listen } from '../simulation/listen.js';
import type { ScriptFunction } from '../simulation/jobs/runners.js';
import { programRunners } from '../simulation/programs/programs.js';
import { createSimulation } from '../simulation/simulation.js';

export interface SimulateOptions {
  readonly port: number;
  readonly execute: boolean;
  /** Seconds. */
  readonly cpu: number;
  /** Megabytes. */
  readonly memory: number;
  /** Seconds. */
  readonly time: number;
  readonly workers: number;
  readonly workspace: string;
}

/**
 * Serves a simulation until this process is asked to end.
 * @throws CONFIG_INVALID for a secret that is too short, SIMULATION_PORT_UNUSABLE
 */
export async function simulate(options: SimulateOptions, given: string | undefined): Promise<void> {
  const secret = given === undefined || given === '' ? randomBytes(16).toString('hex') : given;
  const runners: Record<string, ScriptFunction> = {};
  const { workers, workspace } = options;
  const simulation = createSimulation({
    clock: systemClock,
    secret,
    workers,
    workspaces: [workspace],
    languages: runners,
  });
  await using server = await listen(simulation, options.port);
  if (options.execute)
    Object.assign(runners, programRunners({ ...options, baseUrl: server.url, token: secret }));
  print(`A simulated Windmill listens on ${server.url}, with the workspace ${workspace}.`);
  if (secret !== given) print(`Its token is ${secret}. Set SUPERADMIN_SECRET to choose one.`);
  if (!options.execute)
    print('Scripts are not executed; add --execute to run them as programs of this machine.');
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}
