/** Reads one input of one size in this process of its own, and prints what that took as JSON. */
import { ObjectFileError } from '../../packages/object-file/dist/index.js';
import { MillwrightError } from '../../packages/toolkit/dist/index.js';
import { inputs } from './inputs.ts';

export interface Measured {
  /** Processor time in milliseconds, and how far the process grew, in bytes. */
  readonly milliseconds: number;
  readonly bytes: number;
  /** Why it was refused. */
  readonly refusal: string | undefined;
}

const [index = '', size = ''] = process.argv.slice(2);
const input = inputs[Number(index)];
if (input === undefined) throw new Error(`there is no input ${index}`);
const read = input.make(Number(size));
const bytesBefore = process.resourceUsage().maxRSS * 1_024;
const before = process.cpuUsage();
let refusal: string | undefined;
try {
  await read();
} catch (error) {
  if (!(error instanceof MillwrightError || error instanceof ObjectFileError)) throw error;
  refusal = error.message;
}
const { user, system } = process.cpuUsage(before);
const bytes = process.resourceUsage().maxRSS * 1_024 - bytesBefore;
const measured: Measured = { milliseconds: (user + system) / 1_000, bytes, refusal };
console.log(JSON.stringify(measured));
