import { attempt, attemptAsync, type Finding } from '@millwright/toolkit/core';
import { parseConfig } from '../config/config.js';
import { createEngine } from '../engine/create-engine.js';
import { databaseState } from '../health/database-probe.js';
import { localProbes } from '../health/local-probes.js';
import { probe } from '../health/probe.js';
import type { Probe } from '../health/types.js';
import { checkPort } from '../supervision/port.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an engine can run workflows on. */
export const modes = ['attach', 'supervise'] as const;
export type Mode = (typeof modes)[number];

/**
 * Checks what an engine with the configuration of the environment needs. Starts no server and no job.
 * @param mode default: `supervise` if WINDMILL_BINARY_PATH alone is set, `attach` if WINDMILL_BASE_URL is set
 */
export async function diagnose(
  mode: Mode | undefined,
  environment: Environment = process.env,
): Promise<Finding[]> {
  switch (mode ?? modeOf(environment)) {
    case 'attach':
      return attachFindings(environment);
    case 'supervise':
      return superviseFindings(environment);
    case undefined:
      return [
        {
          state: 'missing',
          what: 'configuration',
          detail: 'neither WINDMILL_BASE_URL nor WINDMILL_BINARY_PATH is set',
          remedy:
            'set WINDMILL_BASE_URL and WINDMILL_TOKEN to use a server, or WINDMILL_BINARY_PATH to start one; a simulation needs neither',
        },
      ];
  }
}

function modeOf({ WINDMILL_BASE_URL: url, WINDMILL_BINARY_PATH: binary }: Environment): Mode | undefined {
  if (isSet(url)) return 'attach';
  return isSet(binary) ? 'supervise' : undefined;
}

async function attachFindings(environment: Environment): Promise<Finding[]> {
  const what = 'configuration';
  const config = attempt(what, () => parseConfig({ mode: 'attach' }, environment));
  if ('finding' in config) return [config.finding];
  // A person waits for the answer.
  await using engine = createEngine({ mode: 'attach', retries: 0 }, { environment });
  const facts = await attemptAsync('server', () => engine.start());
  const valid: Finding = { state: 'ok', what, detail: `mode attach, workspace ${config.value.workspace}` };
  if ('finding' in facts) return [valid, facts.finding];
  const { probes } = await engine.health();
  return [valid, ...findingsOf(probes.filter(({ name }) => name !== what))];
}

async function superviseFindings(environment: Environment): Promise<Finding[]> {
  const what = 'configuration';
  const hasUrl = isSet(environment.DATABASE_URL) || isSet(environment.DATABASE_URL_FILE);
  const database = hasUrl ? {} : ({ database: 'embedded' } as const);
  const parsed = attempt(what, () => parseConfig({ mode: 'supervise', ...database }, environment));
  if ('finding' in parsed) return [parsed.finding];
  const { value: config } = parsed;
  if (config.mode !== 'supervise') return [];
  const valid: Finding = { state: 'ok', what, detail: `mode supervise, workspace ${config.workspace}` };
  const port = await attemptAsync('port', () => checkPort(config.port));
  const probes = [
    ...(await localProbes(config.binaryPath, environment.PATH)),
    await probe('database', () => databaseState(config)),
  ];
  const free: Finding = { state: 'ok', what: 'port', detail: `${config.port} is free` };
  return [valid, ...findingsOf(probes), 'finding' in port ? port.finding : free];
}

const states = { ok: 'ok', warning: 'hint', failed: 'missing' } as const;

/** Probes as the doctors of all packages print them. Those that were skipped say nothing about the machine. */
export function findingsOf(probes: readonly Probe[]): Finding[] {
  return probes.flatMap(({ name, status, detail, remedy }) =>
    status === 'skipped'
      ? []
      : [{ state: states[status], what: name, detail, ...(remedy === undefined ? {} : { remedy }) }],
  );
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
