import { cpus, release, totalmem, type } from 'node:os';

/** Describes the machine of a measurement or campaign in one line. */
export function machine(): string {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${gigabytes} GB, ${type()} ${release()}`;
}
