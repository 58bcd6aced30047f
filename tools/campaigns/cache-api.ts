import { spawnSync } from 'node:child_process';
import { MillwrightServer } from '../../e2e/cache/millwright-server.ts';
import type { Campaign } from '../campaign/campaign.ts';

/** For each operation of the API and each phase of schemathesis. */
const examples = 500;

/** Who sends the requests: tokens that may do everything, something and nothing. */
const senders = ['administrator', 'dev:ada', 'nobody'] as const;
const seeds = 5;

/**
 * Some checks do not hold for this API. A request with wrong data is refused after a wrong token (401), and an entry with any
 * content that is no archive with 403, which Nx accepts: so valid data can be refused, and invalid data get another answer.
 */
const excludedChecks = ['positive_data_acceptance', 'negative_data_rejection', 'missing_required_header'];

/** Sends what schemathesis generates from the OpenAPI document of the cache server. */
export default function cacheApi(): Campaign {
  let server: MillwrightServer | undefined;
  return {
    purpose:
      'schemathesis, which generates requests from the OpenAPI document of the cache server, finds no failure of the server ' +
      'and no answer that the document does not describe.',
    cases: senders.length * seeds,
    run: async (index) => {
      if (server === undefined) {
        server = new MillwrightServer();
        await server.start();
      }
      const sender = senders[index % senders.length] ?? 'nobody';
      return test(server, sender, 1 + Math.floor(index / senders.length));
    },
    close: () => server?.close(),
  };
}

async function test(
  server: MillwrightServer,
  sender: (typeof senders)[number],
  seed: number,
): Promise<string> {
  const token =
    sender === 'nobody'
      ? undefined
      : sender === 'administrator'
        ? await server.administrator()
        : await server.token(sender);
  const { status, stdout, stderr, error } = spawnSync(
    'schemathesis',
    [
      ...['run', `${server.url}/openapi.json`, '--no-color', '--seed', String(seed)],
      ...[
        '--max-examples',
        String(examples),
        '--checks',
        'all',
        '--exclude-checks',
        excludedChecks.join(','),
      ],
      ...['--generation-database', 'none', '--suppress-health-check', 'all', '--warnings', 'off'],
      ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (error !== undefined)
    throw new Error('schemathesis is not installed: pip install schemathesis', { cause: error });
  if (status !== 0) throw new Error(`as ${sender}, seed ${seed}: ${failuresOf(stdout) || stderr}`);
  return `as ${sender}, seed ${seed}: ${lastLine(stdout)}`;
}

/** The part of the output between the progress and the summary. */
function failuresOf(output: string): string {
  return /\bFAILURES\b[^\n]*\n(.*?)\n[^\n]*\bSUMMARY\b/s.exec(output)?.[1] ?? output.slice(-2000);
}

/** The result, without the line that it stands in. */
function lastLine(output: string): string {
  return (
    output
      .trim()
      .split('\n')
      .at(-1)
      ?.replaceAll(/[━=-]{2,}/g, '')
      .trim() ?? ''
  );
}
