/** Parses one input of one size in this process, and prints the measurements as JSON. */
import { ObjectFileError } from '../../packages/object-file/dist/index.js';
import { MillwrightError } from '../../packages/toolkit/dist/index.js';
import { inputs } from './inputs.ts';

export interface Measured {
  /** CPU time in milliseconds, and the growth of the process in bytes. */
  readonly milliseconds: number;
  readonly bytes: number;
  /** Why it was rejected, if so. */
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
