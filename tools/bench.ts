/**
 * Benchmarks builds, the project graph, generated clients, stacks, releases, images, SBOMs and the workflow engine against plain
 * cargo, Nx itself and other tools, as ratios within one run: `npm run bench -- [--only <part>] [--rounds N]
 * [--quick] [--markdown] [--windmill <folder>]…`. OpenAPI documents are taken from checkouts of Windmill,
 * by default from third_party/windmill.
 */
import { parseArgs } from 'node:util';
import { type BuildSeries, buildSteps, measureBuilds } from './bench/builds.ts';
import { type Absent, cargoName, floorName } from './bench/contenders.ts';
import { type GraphSeries, graphSteps, handWritten, measureGraphs } from './bench/graphs.ts';
import { cell, notRun, render, type Sheet } from './bench/report.ts';
import { measureImages } from './bench/artifacts/images.ts';
import { measureOpenapi, type OpenapiSeries, openapiSteps, upstreamSteps } from './bench/openapi/measure.ts';
import { measureReleases } from './bench/artifacts/releases.ts';
import { measureSboms } from './bench/artifacts/sboms.ts';
import { imagesSheet, isImage, isSbom, releasesSheet, sbomsSheet } from './bench/artifacts/sheets.ts';
import { measureStacks, type StackSeries, stackStep } from './bench/stacks.ts';
import {
  buildTargets,
  graphTargets,
  imageTargets,
  openapiTargets,
  releaseTargets,
  sbomTargets,
  targetsSheet,
  workflowTargets,
} from './bench/targets.ts';
import { measureWorkflows } from './bench/workflows/measure.ts';
import { isWorkflow, workflowsSheet } from './bench/workflows/sheet.ts';
import { machine } from './campaign/machine.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    windmill: { type: 'string', multiple: true, default: ['third_party/windmill'] },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds ?? 5);
const parts = ['build', 'graph', 'openapi', 'stack', 'release', 'image', 'sbom', 'workflow'];
if ((values.only !== undefined && !parts.includes(values.only)) || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    `usage: npm run bench -- [--only ${parts.join('|')}] [--rounds N] [--quick] [--markdown] [--windmill <folder>]…`,
  );
  process.exit(2);
}
const sizes = values.quick ? [20, 200] : [20, 200, 1000];
const progress = (text: string) => {
  console.error(text);
};

const wants = (part: string) => values.only === undefined || values.only === part;
const builds = wants('build') ? measureBuilds(rounds, progress) : [];
const graphs = !wants('graph') ? [] : sizes.map((size) => measureGraphs(size, rounds, progress));
const clients = wants('openapi') ? await measureOpenapi(values.windmill, rounds, progress) : [];
const stacks = wants('stack') ? await measureStacks(rounds, progress) : [];
const releases = wants('release') ? measureReleases(rounds, progress) : [];
const images = wants('image') ? measureImages(rounds, progress) : [];
const sboms = wants('sbom') ? await measureSboms(rounds, progress) : [];
const workflows = wants('workflow') ? await measureWorkflows(rounds, progress) : [];
const targets = [
  ...buildTargets(builds.filter(isBuild)),
  ...graphTargets(graphs.flat().filter(isGraph)),
  ...openapiTargets(clients.filter(isClient)),
  ...releaseTargets(releases),
  ...imageTargets(images.filter(isImage)),
  ...sbomTargets(sboms.filter(isSbom)),
  ...workflowTargets(workflows.filter(isWorkflow)),
];
const sheets = [
  ...(builds.length === 0 ? [] : [buildsSheet(builds)]),
  ...(graphs.length === 0 ? [] : [graphsSheet(graphs.flat())]),
  ...(clients.length === 0 ? [] : [openapiSheet(clients)]),
  ...(stacks.length === 0 ? [] : [stacksSheet(stacks)]),
  ...(releases.length === 0 ? [] : [releasesSheet(releases)]),
  ...(images.length === 0 ? [] : [imagesSheet(images)]),
  ...(sboms.length === 0 ? [] : [sbomsSheet(sboms)]),
  ...(workflows.length === 0 ? [] : [workflowsSheet(workflows)]),
  ...(targets.length === 0 ? [] : [targetsSheet(targets)]),
];
console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}, medians of ${rounds} rounds\n`);
console.log(render(sheets, values.markdown));

function isBuild(one: BuildSeries | Absent): one is BuildSeries {
  return 'seconds' in one;
}

function isGraph(one: GraphSeries | Absent): one is GraphSeries {
  return 'seconds' in one;
}

function isClient(one: OpenapiSeries | Absent): one is OpenapiSeries {
  return 'seconds' in one;
}

function buildsSheet(series: readonly (BuildSeries | Absent)[]): Sheet {
  const measured = series.filter(isBuild);
  const floor = measured.find(({ name }) => name === cargoName);
  const head = ['seconds (ratio to plain cargo)', ...buildSteps];
  return {
    title: 'Builds: 20 crates, 4 of them binaries, release',
    head,
    rows: series.map((one) =>
      isBuild(one)
        ? [
            one.name,
            ...buildSteps.map((step) => {
              const text = cell(one.seconds[step] ?? [], floor?.seconds[step]);
              return one.wrong[step] === undefined ? text : `${text} [wrong]`;
            }),
          ]
        : notRun(one, head.length),
    ),
    notes: [
      `The rows "${floorName}" are the floor for any Nx plugin: one cached task that runs the same cargo command.`,
      ...measured.flatMap(({ name, wrong }) =>
        Object.entries(wrong).map(([step, what]) => `[wrong] ${name}, ${step}: ${what}`),
      ),
    ],
  };
}

function graphsSheet(series: readonly (GraphSeries | Absent)[]): Sheet {
  const measured = series.filter(isGraph);
  const floorOf = ({ crates, daemon }: GraphSeries) =>
    measured.find((one) => one.name === handWritten && one.crates === crates && one.daemon === daemon);
  const head = ['seconds (ratio to project.json by hand)', 'crates', 'daemon', ...graphSteps];
  return {
    title: 'Project graph: nx show projects',
    head,
    rows: series.map((one) =>
      isGraph(one)
        ? [
            one.name,
            String(one.crates),
            one.daemon ? 'yes' : 'no',
            ...graphSteps.map((step) => cell(one.seconds[step] ?? [], floorOf(one)?.seconds[step])),
          ]
        : notRun(one, head.length),
    ),
  };
}

function openapiSheet(series: readonly (OpenapiSeries | Absent)[]): Sheet {
  const measured = series.filter(isClient);
  const floorOf = ({ document }: OpenapiSeries) =>
    measured.find((one) => one.name === upstreamSteps && one.document === document);
  const head = ["seconds (ratio to upstream's steps), peak memory", 'document', ...openapiSteps];
  return {
    title: "A Go client of Windmill's API",
    head,
    rows: series.map((one) =>
      isClient(one)
        ? [
            one.name,
            one.document,
            ...openapiSteps.map((step) => {
              const seconds = one.seconds[step];
              if (seconds === undefined) return '';
              const floor = one.name === upstreamSteps ? undefined : floorOf(one)?.seconds[step];
              const memory = one.memory[step] ?? NaN;
              return `${cell(seconds, floor)}${Number.isNaN(memory) ? '' : `, ${memory.toFixed(0)} MB`}`;
            }),
          ]
        : notRun(one, head.length),
    ),
    notes: [
      "Windmill's own steps bundle with redocly and delete parts with jq. They do not check the generated code.",
      'Peak memory is that of the largest process of a step, as reported by GNU time.',
      '"bundle": from the start of the first process to one document on disk, overlays applied.',
    ],
  };
}

function stacksSheet(series: readonly (StackSeries | Absent)[]): Sheet {
  const measured = series.flatMap((one) => ('seconds' in one ? [one] : []));
  const floor = measured[0]?.seconds;
  return {
    title: `Stacks: ${stackStep}`,
    head: ['a binary of 74 MB', 'seconds (ratio to the first)'],
    rows: series.map((one) =>
      'seconds' in one ? [one.name, cell(one.seconds, floor)] : [one.name, `not run: ${one.why}`],
    ),
    notes: [
      'The time ends when the health check passes, which runs every half second. The binary is already built.',
    ],
  };
}
