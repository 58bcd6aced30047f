import { MillwrightError } from '@millwright/toolkit/core';
import type { Probe, ProbeName } from './types.js';

/** What a probe found. */
export type Found = Omit<Probe, 'name'>;

/** Runs a probe. What it throws is a failure, with the remedy of the error. */
export async function probe(name: ProbeName, look: () => Promise<Found> | Found): Promise<Probe> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    if (!(error instanceof MillwrightError)) return { name, status: 'failed', detail: String(error) };
    const { what, why, remedy } = error;
    return { name, status: 'failed', detail: `${what}: ${why}`, remedy };
  }
}
