/** Measures our engine beside `windmill-client` on a simulated Windmill server. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createSimulation, listen, systemClock } from '@millwright/windmill';
import type { Absent } from '../contenders.ts';
import { installPeer, versions } from '../peers.ts';
import { benchEnvironment } from '../run.ts';
import { type Client, type Measured, type Operation, operations } from './clients.ts';

export const peerName = `windmill-client ${versions.windmillClient}`;
const names: Readonly<Record<Client, string>> = {
  millwright: '@millwright/windmill',
  'windmill-client': peerName,
};

export interface WorkflowSeries {
  readonly name: string;
  /** Per operation, the values of each round. */
  readonly milliseconds: Readonly<Record<Operation, readonly number[]>>;
  readonly kilobytes: Readonly<Record<Operation, readonly number[]>>;
}

/** Each round has a new server, and the clients take turns in being first. */
export async function measureWorkflows(
  rounds: number,
  progress: (text: string) => void,
): Promise<(WorkflowSeries | Absent)[]> {
  const installed = installPeer('windmillClient');
  if ('missing' in installed) return [{ name: peerName, why: installed.missing }];
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    progress(`workflows, round ${round + 1} of ${rounds}`);
    measured.push(...(await measureRound(dirname(installed.modules), round % 2)));
  }
  return (['windmill-client', 'millwright'] as const).map((client) => {
    const valuesOf = (quantity: 'milliseconds' | 'kilobytes') =>
      Object.fromEntries(
        operations.map((operation) => [
          operation,
          measured
            .filter((one) => one.client === client && one.operation === operation)
            .map((one) => one[quantity]),
        ]),
      ) as Record<Operation, number[]>;
    return { name: names[client], milliseconds: valuesOf('milliseconds'), kilobytes: valuesOf('kilobytes') };
  });
}

async function measureRound(folder: string, first: number): Promise<Measured[]> {
  const simulation = createSimulation({
    clock: systemClock,
    workspaces: ['ours', 'theirs'],
    lockDelay: 0,
    languages: { python3: ({ word }) => word ?? null },
  });
  await using server = await listen(simulation, 0);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256'],
      join(import.meta.dirname, 'clients.ts'),
      ...[folder, server.url, simulation.secret, String(first)],
    ],
    { env: benchEnvironment(false) },
  );
  return JSON.parse(stdout) as Measured[];
}
