import { measureLoad } from '../cache-load/throughput.ts';
import { measureSidecar } from '../cache-load/sidecar.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';

const size = { clients: 64, entries: 10_000, bytes: 1_000_000, rounds: 3 };
const mebibyte = 2 ** 20;
/** The largest memory of the server, in bytes. */
const memoryLimits = { embedded: 450 * mebibyte, scaled: 300 * mebibyte };
const leastRatio = 0.5;
const sidecarRounds = 20;
const sidecarMilliseconds = 60;

const cases = [
  { name: 'embedded: PGlite and a folder', run: () => throughput('embedded') },
  { name: 'scaled: PostgreSQL and a folder', run: () => throughput('scaled') },
  { name: 'the sidecar', run: sidecar },
] as const;

/** Measures the cache server under load, beside nginx, and what `millwright cache run` costs. Takes 10 GB of disk. */
export default function cacheLoad(): Campaign {
  return {
    purpose:
      `With ${size.clients} clients that read ${size.entries.toLocaleString('en')} entries of 1 MB, the cache server has at least half ` +
      'the throughput of nginx with the same files. It takes at most 450 MiB of memory with the embedded database after its first ' +
      'start, and 300 MiB with PostgreSQL. `millwright cache run` adds at most 60 ms to a run of Nx that has nothing to do.',
    cases: cases.length,
    run: async (index) => (await cases[index]?.run()) ?? '',
    describe,
  };
}

async function throughput(mode: 'embedded' | 'scaled'): Promise<string> {
  const { written, read, readFromNginx, ratio, memory } = await measureLoad(mode, size);
  const rate = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB/s`;
  const detail =
    `written with ${rate(written)}, read with ${rate(read)}, from nginx with ${rate(readFromNginx)}, ` +
    `${ratio.toFixed(2)} times as fast as nginx, ${(memory / mebibyte).toFixed(0)} MiB of memory`;
  if (ratio < leastRatio || memory > memoryLimits[mode]) throw new Error(detail);
  return detail;
}

async function sidecar(): Promise<string> {
  const { alone, withSidecar, added } = await measureSidecar(sidecarRounds);
  const detail = `${alone.toFixed(0)} ms alone, ${withSidecar.toFixed(0)} ms with the sidecar: ${added.toFixed(0)} ms more`;
  if (added > sidecarMilliseconds) throw new Error(detail);
  return detail;
}

function describe(results: readonly CaseResult[]): string {
  const rows = results.map(({ index, passed, detail }) => {
    const text = detail.replaceAll('\n', ' ').replaceAll('|', '\\|');
    return `| ${cases[index]?.name ?? ''} | ${passed ? '' : 'failed: '}${text} |`;
  });
  return [
    `Rates are those of the fastest of ${size.rounds} rounds; the factor is the median of the rounds, in which the server and nginx`,
    'take turns. Clients and servers share the cores. The memory is the largest resident size since the second start, in which',
    'everything is written and read.',
    '',
    '| case | result |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}
