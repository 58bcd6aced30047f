import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { readWorkspaceState, writeWorkspaceState } from '../state/state.js';
import { logToNx } from './log-to-nx.js';

/** Messages of a plugin about the repository, printed when Nx requests the projects. */
export interface GraphReport {
  /** Problems that the user can fix. Printed once per nx command that computes a graph. */
  readonly warnings: readonly string[];
  /** Information. Printed once, and again when it changes. */
  readonly notes: readonly string[];
}

const reported = z.strictObject({ host: z.string(), warnings: z.string(), notes: z.string() });

/**
 * Prints messages while a graph is computed. Nx computes graphs often, several times per command, so the
 * printed messages are remembered. Messages go to standard error, so that they do not affect the output of
 * `--json`.
 * @param key identifies the plugin's entry in nx.json
 */
export async function reportGraph(workspaceRoot: string, key: string, report: GraphReport): Promise<void> {
  // This is Nx inside a task: the Nx that runs the task has already printed them.
  if (process.env.NX_TASK_TARGET_PROJECT !== undefined) return;
  const format = { name: `reported-${key.replace(/[^\w-]+/g, '-')}`, version: 1, schema: reported };
  const before = readWorkspaceState(workspaceRoot, format);
  const now = { host: hostProcess(), warnings: digest(report.warnings), notes: digest(report.notes) };
  const lines = [
    ...(before?.host === now.host && before.warnings === now.warnings ? [] : report.warnings),
    ...(before?.notes === now.notes ? [] : report.notes),
  ];
  if (JSON.stringify(before) !== JSON.stringify(now)) writeWorkspaceState(workspaceRoot, format, now);
  if (lines.length === 0) return;
  await logToNx('warn', lines.join('\n'));
}

/** Identifies the nx command or daemon for which the plugin works. */
function hostProcess(): string {
  return `${hostname()} ${'NX_PLUGIN_WORKER' in globalThis ? process.ppid : process.pid}`;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}
