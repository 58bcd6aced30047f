/** The worker thread for a slice of the fuzzing campaign. It can be ended if a parser hangs. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkGrowth, fuzz } from './fuzz.ts';
import { parsers } from './parsers.ts';

// Parsers create many errors, whose stacks would take a third of the time.
Error.stackTraceLimit = 0;
const { name, seed, runs } = workerData as { name: string; seed: number; runs: number };
const parser = parsers.find((one) => one.name === name);
if (parser === undefined) throw new Error(`there is no parser ${name}`);
const { slowest, suspects } = fuzz(parser, { seed, runs, shares: { some: 0.02, many: 0.001 } });
for (const suspect of suspects) checkGrowth(parser, suspect);
parentPort?.postMessage(slowest);
