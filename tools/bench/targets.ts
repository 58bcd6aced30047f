/** Our performance targets, and whether they were met. */
import type { BuildSeries } from './builds.ts';
import { cargoName, floorName, millwrightName, nxModes } from './contenders.ts';
import { type GraphSeries, handWritten, handWrittenAndEmpty } from './graphs.ts';
import { imageFloorName, type ImageSeries, imageSteps } from './artifacts/images.ts';
import { type OpenapiSeries, upstreamSteps } from './openapi/measure.ts';
import { type ReleaseSeries, sumsName, tarName } from './artifacts/releases.ts';
import { sbomCrate, sbomPeerName, type SbomSeries } from './artifacts/sboms.ts';
import { type Sheet, shownRatio } from './report.ts';
import { pairwise } from './statistics.ts';
import { operations } from './workflows/clients.ts';
import { peerName, type WorkflowSeries } from './workflows/measure.ts';

interface Target {
  readonly what: string;
  readonly against: string;
  readonly ratio: number;
  readonly limit: number;
}

export function targetsSheet(targets: readonly Target[]): Sheet {
  return {
    title: 'Targets',
    head: ['what', 'against', 'ratio', 'target', 'met'],
    rows: targets.map(({ what, against, ratio, limit }) => [
      what,
      against,
      shownRatio(ratio),
      `≤ ${shownRatio(limit)}`,
      ratio <= limit ? 'yes' : 'no',
    ]),
    notes: [
      '"above Nx\'s start-up": the time that Millwright takes beyond the Nx floor, added to that of plain cargo and divided by it.',
    ],
  };
}

export function buildTargets(series: readonly BuildSeries[]): Target[] {
  const cargo = series.find(({ name }) => name === cargoName);
  return nxModes.flatMap((mode) => {
    const floor = series.find(({ name }) => name === floorName + mode);
    const ours = series.find(({ name }) => name === millwrightName + mode);
    if (!cargo || !floor || !ours) return [];
    const of = (from: BuildSeries, step: string) => from.seconds[step] ?? [];
    const aboveStartUp = (step: string, limit: number) => {
      const extra = of(ours, step).map((seconds, round) => seconds - (of(floor, step)[round] ?? NaN));
      return {
        what: `build, ${step}${mode}`,
        against: `${cargoName}, above Nx's start-up`,
        ratio: pairwise(extra, of(cargo, step), (more, plain) => (plain + more) / plain),
        limit,
      };
    };
    const overFloor = (step: string) => ({
      what: `build, ${step}${mode}`,
      against: floorName + mode,
      ratio: pairwise(of(ours, step), of(floor, step), (one, other) => one / other),
      limit: 1.1,
    });
    return [
      aboveStartUp('cold', 1.05),
      aboveStartUp('one binary edited', 1.1),
      aboveStartUp('one library edited', 1.1),
      overFloor('nothing changed'),
      overFloor('restored'),
    ];
  });
}

export function graphTargets(series: readonly GraphSeries[]): Target[] {
  const crates = Math.max(...series.map((one) => one.crates));
  return [false, true].flatMap((daemon) => {
    const of = (name: string) =>
      series.find((one) => one.name === name && one.crates === crates && one.daemon === daemon);
    const ours = of(millwrightName);
    return [handWritten, handWrittenAndEmpty].flatMap((against) => {
      const floor = of(against);
      if (!floor || !ours) return [];
      return Object.entries(ours.seconds).map(([step, seconds]) => ({
        what: `graph of ${crates}, ${step}${daemon ? ', daemon' : ''}`,
        against,
        ratio: pairwise(seconds, floor.seconds[step] ?? [], (one, other) => one / other),
        limit: 1.1,
      }));
    });
  });
}

export function openapiTargets(series: readonly OpenapiSeries[]): Target[] {
  return series
    .filter(({ name }) => name !== upstreamSteps)
    .flatMap(({ name, document, seconds }) => {
      const floor = series.find((one) => one.name === upstreamSteps && one.document === document);
      return (['bundle', 'bundle to code'] as const).flatMap((step) => {
        const [ours, theirs] = [seconds[step], floor?.seconds[step]];
        if (!ours || !theirs) return [];
        const ratio = pairwise(ours, theirs, (one, other) => one / other);
        return [{ what: `${document}, ${step}: ${name}`, against: upstreamSteps, ratio, limit: 1 }];
      });
    });
}

export function releaseTargets(series: readonly ReleaseSeries[]): Target[] {
  return series
    .filter(({ name }) => name === 'millwright')
    .flatMap(({ step, seconds, megabytes }) => {
      const peer = series.find((one) => one.step === step && [tarName, sumsName].includes(one.name));
      if (!peer) return [];
      const ratio = pairwise(seconds, peer.seconds, (one, other) => one / other);
      const memory = { what: `${step}, peak memory`, against: '100 MB', ratio: megabytes / 100, limit: 1 };
      return [
        { what: step, against: peer.name, ratio, limit: peer.name === tarName ? 1.15 : 1.2 },
        ...(Number.isNaN(megabytes) ? [] : [memory]),
      ];
    });
}

export function imageTargets(series: readonly ImageSeries[]): Target[] {
  const floor = series.find(({ name }) => name === imageFloorName);
  const ours = series.find(({ name }) => name === 'millwright');
  if (!floor || !ours) return [];
  const [step] = imageSteps;
  const [own, least] = [ours.costs[step], floor.costs[step]];
  if (!own || !least) return [];
  const limits = (['seconds', 'processor'] as const).map((measure) => ({
    what: `images, ${step}${measure === 'processor' ? ', processor time' : ''}`,
    against: floor.name,
    ratio: pairwise(
      own.map((cost) => cost[measure]),
      least.map((cost) => cost[measure]),
      (one, other) => one / other,
    ),
    limit: 1.2,
  }));
  const memory = { what: 'images, peak memory', against: '150 MB', ratio: ours.megabytes / 150, limit: 1 };
  return [...limits, memory].filter(({ ratio }) => !Number.isNaN(ratio));
}

export function sbomTargets(series: readonly SbomSeries[]): Target[] {
  const peer = series.find(({ name }) => name === sbomPeerName);
  const ours = series.find(({ name }) => name === 'millwright');
  if (!peer || !ours) return [];
  return (['seconds', 'processor'] as const)
    .map((measure) => ({
      what: `SBOM of ${sbomCrate.name}${measure === 'processor' ? ', processor time' : ''}`,
      against: peer.name,
      ratio: pairwise(
        ours.costs.map((cost) => cost[measure]),
        peer.costs.map((cost) => cost[measure]),
        (one, other) => one / other,
      ),
      limit: 1,
    }))
    .filter(({ ratio }) => !Number.isNaN(ratio));
}

export function workflowTargets(series: readonly WorkflowSeries[]): Target[] {
  const peer = series.find(({ name }) => name === peerName);
  const ours = series.find(({ name }) => name !== peerName);
  if (!peer || !ours) return [];
  return operations.map((operation) => ({
    what: `workflows, ${operation}`,
    against: peer.name,
    ratio: pairwise(ours.milliseconds[operation], peer.milliseconds[operation], (one, other) => one / other),
    limit: 1.1,
  }));
}
