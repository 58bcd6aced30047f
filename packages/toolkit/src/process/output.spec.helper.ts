import { run } from './process.js';

/** A program's standard output; one that fails is an error here. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await run(program, args, { env: { LC_ALL: 'C' } });
  if (result.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}
