import type { JsonObject } from '../../client/json.js';
import type { Clock } from '../../clock/clock.js';
import { ExitError, runnerFor, ScriptError, type Runners, throughJson } from './runners.js';
import { failure, type Job, type Outcome } from '../state/model.js';
import { notify } from './queue.js';

/** Runs the function that stands for a job's code. */
export async function runScript(
  job: Job,
  runners: Runners,
  clock: Clock,
  workspace: string,
): Promise<Outcome> {
  const { signal } = job.stop;
  if (job.kind === 'identity') return { success: true, result: job.args };
  const code = { path: job.path, language: job.language ?? 'bash', content: job.content ?? '' };
  try {
    const result = await runnerFor(runners, code)(job.args as JsonObject, {
      code,
      jobId: job.id,
      workspace,
      signal,
      log: (text) => {
        if (signal.aborted) return;
        job.logs += text;
        notify(job);
      },
      sleep: (milliseconds) => clock.sleep(milliseconds, signal),
    });
    return { success: true, result: throughJson(result) };
  } catch (thrown) {
    if (thrown instanceof ExitError) {
      return failure({ name: thrown.name, message: thrown.message, exit_code: thrown.exitCode });
    }
    if (thrown instanceof ScriptError) return failure(thrown.stored);
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return failure({ name, message });
  }
}
