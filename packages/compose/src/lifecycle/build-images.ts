import { composeError } from '../errors.js';
import { servicesOf } from '../compose-cli/model.js';
import { Stopped } from '../session/failures.js';
import type { OpenSession } from '../session/session.js';

/** How many of the last lines of a failed build are shown. */
const shownLines = 30;

/**
 * Builds the images that the Compose files define, so that they can be checked before the start.
 * @throws MillwrightError IMAGE_BUILD_FAILED, ENGINE_LOST; Stopped
 */
export async function buildImages(session: OpenSession, signal: AbortSignal): Promise<void> {
  const { compose, engine, wholeModel, model, options, stack, print } = session;
  const needed = new Set(Object.keys(model.services ?? {}));
  if (options.e2e && 'service' in options.e2e) needed.add(options.e2e.service);
  const services = servicesOf(wholeModel).flatMap(([name, { build }]) =>
    build != null && needed.has(name) ? [name] : [],
  );
  if (services.length === 0) return;
  print(`${stack}: building the images of ${services.join(', ')}`);
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  const output = { onStdout: onLine, onStderr: onLine, signal };
  const { exitCode } = await compose.run(['--progress', 'plain', 'build', ...services], output);
  if (exitCode === 0) return;
  if (signal.aborted) throw new Stopped();
  const failure = await engine.failure('', lines.join('\n'));
  if (failure.code === 'ENGINE_LOST') throw failure;
  for (const line of lines.slice(-shownLines)) print(`  ${line}`);
  throw composeError('IMAGE_BUILD_FAILED', {
    what: `failed to build the image for ${services.join(', ')} in ${stack}`,
    why: session.redactor.clean(lines.at(-1) ?? ''),
    output: lines.join('\n'),
  });
}
