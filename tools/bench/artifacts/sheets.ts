/** The tables of releases, images and SBOMs. */
import type { Absent } from '../contenders.ts';
import { cell, notRun, type Sheet } from '../report.ts';
import { imageFloorName, type ImageSeries, imageSteps } from './images.ts';
import { type ReleaseSeries, sumsName, tarName } from './releases.ts';
import { sbomCrate, sbomPeerName, type SbomSeries } from './sboms.ts';

export function isImage(one: ImageSeries | Absent): one is ImageSeries {
  return 'costs' in one;
}

export function isSbom(one: SbomSeries | Absent): one is SbomSeries {
  return 'costs' in one;
}

/** Returns the table of packaging and verification. */
export function releasesSheet(series: readonly ReleaseSeries[]): Sheet {
  const floorOf = ({ step }: ReleaseSeries) =>
    series.find((one) => one.step === step && [tarName, sumsName].includes(one.name));
  return {
    title: 'Releases',
    head: ['seconds (ratio to the peer)', 'step', 'seconds', 'peak memory'],
    rows: series.map((one) => [
      one.name,
      one.step,
      cell(one.seconds, floorOf(one)?.seconds),
      megabytes(one.megabytes),
    ]),
    notes: ['Peak memory is that of the largest process, as GNU time tells it.'],
  };
}

/** Returns the table of images. */
export function imagesSheet(series: readonly (ImageSeries | Absent)[]): Sheet {
  const floor = series.filter(isImage).find(({ name }) => name === imageFloorName);
  const columns = imageSteps.flatMap((step) =>
    (['seconds', 'processor'] as const).map((measure) => ({ step, measure })),
  );
  const head = [
    'seconds (ratio to the floor)',
    ...columns.map(({ step, measure }) => (measure === 'processor' ? 'processor time' : step)),
    'peak memory',
  ];
  const shown = (one: ImageSeries) =>
    columns.map(({ step, measure }) => {
      const of = (from: ImageSeries | undefined) => from?.costs[step]?.map((cost) => cost[measure]);
      const own = of(one);
      return own === undefined || own.some(Number.isNaN) ? '' : cell(own, of(floor));
    });
  return {
    title: 'Images of two binaries of 74 MB, for two platforms',
    head,
    rows: series.map((one) =>
      isImage(one)
        ? [one.name, ...shown(one), megabytes(one.megabytes)]
        : notRun(one, head.length),
    ),
    notes: [
      'Peak memory is that of the largest process, as GNU time reports it. The peak memory of docker is that of its client alone.',
    ],
  };
}

/** Returns the table of SBOMs. */
export function sbomsSheet(series: readonly (SbomSeries | Absent)[]): Sheet {
  const peer = series.filter(isSbom).find(({ name }) => name === sbomPeerName);
  const head = ['seconds (ratio to the peer)', 'elapsed', 'processor time', 'peak memory', 'components'];
  const of = (one: SbomSeries | undefined, measure: 'seconds' | 'processor') =>
    one?.costs.map((cost) => cost[measure]);
  return {
    title: `SBOM of ${sbomCrate.name} ${sbomCrate.version}`,
    head,
    rows: series.map((one) =>
      isSbom(one)
        ? [
            one.name,
            ...(['seconds', 'processor'] as const).map((measure) => {
              const own = of(one, measure) ?? [];
              return own.some(Number.isNaN) ? '' : cell(own, of(peer, measure));
            }),
            megabytes(Math.max(...one.costs.map((cost) => cost.megabytes))),
            String(one.components),
          ]
        : notRun(one, head.length),
    ),
    notes: ['Both are run once before. The artifact is already built, and its record written.'],
  };
}

function megabytes(size: number): string {
  return Number.isNaN(size) ? '' : `${size.toFixed(0)} MB`;
}
