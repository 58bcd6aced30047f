import { expect, it } from 'vitest';
import { imageConfig, type ImageConfig, type RunSettings } from './image-config.js';

const settings: RunSettings = { entrypoint: ['/app'], env: {}, labels: {}, ports: [], volumes: [] };
const platform = { os: 'linux', architecture: 'arm64' };
const configOf = (base: ImageConfig | undefined, more: Partial<RunSettings>) =>
  JSON.parse(
    imageConfig(base, platform, { ...settings, ...more }, [{ diffId: 'sha256:2', comment: 'app' }], 0).text,
  ) as {
    readonly config: unknown;
  };

it('describes an image without a base', () => {
  expect(
    configOf(undefined, {
      env: { B: '2', A: '1' },
      ports: ['8080', '53/udp'],
      volumes: ['/data'],
      user: '65532:65532',
      workingDirectory: '/data',
      stopSignal: 'SIGINT',
      healthCheck: { command: ['/app', 'health'], interval: 0.5, retries: 3 },
      command: [],
    }),
  ).toEqual({
    created: '1970-01-01T00:00:00Z',
    os: 'linux',
    architecture: 'arm64',
    config: {
      Entrypoint: ['/app'],
      Cmd: [],
      Env: ['A=1', 'B=2'],
      ExposedPorts: { '53/udp': {}, '8080/tcp': {} },
      Volumes: { '/data': {} },
      User: '65532:65532',
      WorkingDir: '/data',
      StopSignal: 'SIGINT',
      Healthcheck: { Test: ['CMD', '/app', 'health'], Interval: 500_000_000, Retries: 3 },
    },
    rootfs: { type: 'layers', diff_ids: ['sha256:2'] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'millwright', comment: 'app' }],
  });
});

it.each<[string, ImageConfig['history']]>([
  ['no history', undefined],
  ['a history of more layers than it has', [{ created_by: 'a' }, { created_by: 'b' }, { created_by: 'c' }]],
  ['a history of fewer layers than it has', [{ created_by: 'a' }, { created_by: 'b', empty_layer: true }]],
])('a base with %s: the image has one entry for each layer, as engines require', (_, history) => {
  const base = {
    os: 'linux',
    architecture: 'arm64',
    rootfs: { diff_ids: ['sha256:0', 'sha256:1'] },
    history,
  };
  expect(configOf(base, {})).toMatchObject({
    history: [{ comment: 'layer of the base' }, { comment: 'layer of the base' }, { comment: 'app' }],
  });
});

it('does not inherit what a base lets Dockerfiles run that extend it', () => {
  const config = { OnBuild: ['RUN make'], ArgsEscaped: true };
  const base = { os: 'linux', architecture: 'arm64', config, rootfs: { diff_ids: [] } };
  expect(configOf(base, {}).config).toEqual({ ArgsEscaped: true, Entrypoint: ['/app'] });
});

it('keeps what a base sets, except for its command and health check', () => {
  const base: ImageConfig = {
    os: 'linux',
    architecture: 'arm64',
    config: {
      Env: ['PATH=/bin', 'LANG=C'],
      Cmd: ['bash'],
      Healthcheck: { Test: ['CMD', 'curl'] },
      Labels: null,
      User: 'www-data',
      WorkingDir: '/srv',
    },
    rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
    history: [{ created_by: 'debootstrap' }],
  };
  expect(configOf(base, { env: { LANG: 'C.UTF-8' }, labels: { a: 'b' } })).toMatchObject({
    config: {
      Env: ['PATH=/bin', 'LANG=C.UTF-8'],
      Entrypoint: ['/app'],
      User: 'www-data',
      WorkingDir: '/srv',
      Labels: { a: 'b' },
    },
    rootfs: { diff_ids: ['sha256:1', 'sha256:2'] },
    history: [{ created_by: 'debootstrap' }, { comment: 'app' }],
  });
  expect(Object.keys(configOf(base, {}).config as object).sort()).toEqual([
    'Entrypoint',
    'Env',
    'Labels',
    'User',
    'WorkingDir',
  ]);
});
