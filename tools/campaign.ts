/**
 * Runs a check that is too long or too heavy for CI: `npm run campaign -- <name> [--limit <cases>] [--only
 * <case>] [--restart] [--report]`. Without a name, lists the campaigns. An interrupted run is resumed. The
 * report of a full run is written to docs/campaigns/<name>.md, to be committed. `--report` writes the
 * report of an unfinished run, which states its number of cases, and runs nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Campaign } from './campaign/campaign.ts';
import { Results } from './campaign/results.ts';
import { runCampaign, writeReport } from './campaign/run.ts';
import { machine } from './campaign/machine.ts';

const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'campaigns');
const usage = 'usage: npm run campaign -- <name> [--limit <cases>] [--only <case>] [--restart] [--report]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string' },
    only: { type: 'string' },
    restart: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const limit = numberOf(values.limit);
const only = numberOf(values.only);

if (name === undefined) await list();
else await start(name);

async function load(campaign: string): Promise<Campaign> {
  const module = (await import(join(folder, `${campaign}.ts`))) as {
    default: () => Campaign | Promise<Campaign>;
  };
  return module.default();
}

async function list(): Promise<void> {
  console.log(usage);
  for (const file of readdirSync(folder)
    .filter((one) => one.endsWith('.ts'))
    .sort()) {
    const campaign = file.replace(/\.ts$/, '');
    const found = await load(campaign);
    await found.close?.();
    console.log(`\n${campaign} (${found.cases} cases)\n  ${found.purpose}`);
  }
}

async function start(campaignName: string): Promise<void> {
  if (!existsSync(join(folder, `${campaignName}.ts`))) {
    fail(`there is no campaign ${campaignName}; \`npm run campaign\` lists them`);
  }
  const campaign = await load(campaignName);
  if (only !== undefined) {
    if (only < 1 || only > campaign.cases) fail(`--only must be from 1 to ${campaign.cases}`);
    try {
      console.log(await campaign.run(only - 1));
    } finally {
      await campaign.close?.();
    }
    return;
  }
  const stateFile = join(root, '.nx/campaigns', `${campaignName}.jsonl`);
  if (values.restart) new Results(stateFile).clear();
  const run = {
    ...{ name: campaignName, campaign, stateFile, limit, machine: machine() },
    reportFile: join(root, 'docs/campaigns', `${campaignName}.md`),
    date: new Date().toISOString().slice(0, 10),
    say: (line: string) => {
      console.log(line);
    },
  };
  if (values.report) {
    writeReport(run, new Results(stateFile).read());
    return;
  }
  const passed = await runCampaign(run);
  process.exitCode = passed ? 0 : 1;
}

function numberOf(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d*$/.test(text)) fail(`${text} is not a number of cases`);
  return text === undefined ? undefined : Number(text);
}

function fail(message: string): never {
  console.error(`${message}\n${usage}`);
  process.exit(2);
}
