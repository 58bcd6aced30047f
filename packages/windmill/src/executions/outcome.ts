import type { Json } from '../client/json.js';
import { windmillError } from '../errors.js';
import type { ExecutionStatus } from './types.js';

/** The error of a script as Windmill stores it in the result. */
interface StoredError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly step_id?: string;
}

/**
 * The result of an ended job.
 * @param status undefined if the job succeeded
 * @throws EXECUTION_FAILED, EXECUTION_CANCELED or EXECUTION_TIMEOUT
 */
export function outcome(id: string, result: Json, status: ExecutionStatus | undefined): Json {
  if (status === undefined || status.state === 'skipped' || status.state === 'succeeded') return result;
  const { message, name, stack, step_id: step } = storedError(result);
  const text = message ?? 'the server stored no message';
  if (status.state === 'timed-out' || text.includes('exceeding job-specific duration limit')) {
    throw windmillError('EXECUTION_TIMEOUT', {
      what: `the execution ${id} exceeded the time limit of its script or step`,
      why: text,
      remedy: 'raise the `timeout` of the script or of the flow step',
    });
  }
  if (status.state === 'canceled') {
    throw windmillError('EXECUTION_CANCELED', {
      what: `the execution ${id} was canceled`,
      why: `canceled by ${status.canceledBy ?? 'somebody'}${status.canceledReason === undefined ? '' : `: ${status.canceledReason}`}`,
    });
  }
  throw windmillError('EXECUTION_FAILED', {
    what: `the execution ${id} failed${step === undefined ? '' : ` at step \`${step}\``}`,
    why: name === undefined ? text : `${name}: ${text}`,
    ...(stack === undefined ? {} : { output: stack }),
    cause: result,
  });
}

function storedError(result: Json): StoredError {
  if (typeof result === 'object' && result !== null && 'error' in result) {
    const { error } = result;
    if (typeof error === 'object' && error !== null) return error as StoredError;
    if (typeof error === 'string') return { message: error };
  }
  return {};
}
