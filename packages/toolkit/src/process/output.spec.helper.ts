import { run } from './process.js';

/** Returns a program's standard output. Throws if it fails. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await run(program, args, { env: { LC_ALL: 'C' } });
  if (result.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}
