import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { recall, remember } from '../state/state.js';
import { say } from './say.js';

/** What a plugin has to say about the repository when Nx asks it for projects. */
export interface GraphReport {
  /** What is wrong and can be put right; said once by every nx command that makes a graph. */
  readonly warnings: readonly string[];
  /** What is good to know; said once, and again when it changes. */
  readonly notes: readonly string[];
}

const reported = z.strictObject({ host: z.string(), warnings: z.string(), notes: z.string() });

/**
 * Says something to the user while a graph is made. Nx makes graphs often, and one command may make several, so
 * what was said is remembered. Everything goes to standard error, where it leaves the output of `--json` alone.
 * @param key sets one entry of nx.json apart from another
 */
export async function reportGraph(workspaceRoot: string, key: string, report: GraphReport): Promise<void> {
  // Nx inside a task: the nx that runs the task has said it.
  if (process.env.NX_TASK_TARGET_PROJECT !== undefined) return;
  const format = { name: `reported-${key.replace(/[^\w-]+/g, '-')}`, version: 1, schema: reported };
  const before = recall(workspaceRoot, format);
  const now = { host: hostProcess(), warnings: digest(report.warnings), notes: digest(report.notes) };
  const lines = [
    ...(before?.host === now.host && before.warnings === now.warnings ? [] : report.warnings),
    ...(before?.notes === now.notes ? [] : report.notes),
  ];
  if (JSON.stringify(before) !== JSON.stringify(now)) remember(workspaceRoot, format, now);
  if (lines.length === 0) return;
  await say('warn', lines.join('\n'));
}

/** The process that lives as long as the nx command, or the daemon, that a plugin works for. */
function hostProcess(): string {
  return `${hostname()} ${'NX_PLUGIN_WORKER' in globalThis ? process.ppid : process.pid}`;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}
