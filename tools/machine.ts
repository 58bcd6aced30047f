import { cpus, release, totalmem, type } from 'node:os';

/** The machine that a measurement or a campaign ran on, in one line. */
export function machine(): string {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${gigabytes} GB, ${type()} ${release()}`;
}
