import type { FlowModule } from '../state/model.js';

type Retry = NonNullable<FlowModule['retry']>;

/** The server keeps these numbers in 16 bits. */
const largest = 65_535;

/**
 * The pause before the next attempt: the constant attempts come first, then the exponential ones.
 * @param failures attempts that have failed
 * @param random from -1 to 1, scaled by the retry's `random_factor`
 * @returns seconds, or undefined if there are no more attempts
 */
export function retryPause(retry: Retry | undefined, failures: number, random = 0): number | undefined {
  const { constant, exponential } = retry ?? {};
  const constants = constant?.attempts ?? 0;
  const before = failures - 1;
  if (before < constants) return constant?.seconds ?? 0;
  if (before >= constants + (exponential?.attempts ?? 0)) return undefined;
  const power = Math.min(largest, (exponential?.seconds ?? 1) ** failures);
  const pause = Math.min(largest, (exponential?.multiplier ?? 1) * power);
  return Math.max(0, pause * (1 + (random * (exponential?.random_factor ?? 0)) / 100));
}
