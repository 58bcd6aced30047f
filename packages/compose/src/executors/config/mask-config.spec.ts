import { expect, it } from 'vitest';
import { maskConfig } from './mask-config.js';

const secret = 's3cr3t';

it('masks everything that can contain a secret, and keeps the rest', () => {
  const service = {
    image: 'postgres:16',
    environment: { PASSWORD: secret },
    command: ['--requirepass', secret],
    entrypoint: ['sh', '-c', `login ${secret}`],
    labels: { 'traefik.auth': secret },
    annotations: { a: secret },
    build: { context: '.', args: { TOKEN: secret }, labels: { b: secret }, secrets: [{ source: 'key' }] },
    healthcheck: { test: ['CMD', 'curl', '-H', secret], interval: '5s' },
    deploy: { labels: { c: secret }, replicas: 2 },
    logging: { driver: 'gelf', options: { token: secret } },
    post_start: [{ command: ['x', secret], environment: { D: secret }, user: 'root' }],
    'x-own': { any: [secret] },
    ports: [{ target: 80 }],
  };
  const model = {
    name: 'mill',
    services: { web: service, labels: { image: 'a', command: null } },
    secrets: { key: { content: secret }, command: { file: '/k' } },
    configs: { conf: { content: secret } },
    volumes: { data: { driver_opts: { password: secret } } },
    'x-top': secret,
  };
  const shown = maskConfig(model);
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(shown).toMatchObject({
    name: 'mill',
    services: {
      web: {
        image: 'postgres:16',
        environment: { PASSWORD: '***' },
        command: ['***', '***'],
        build: { context: '.', args: { TOKEN: '***' }, secrets: [{ source: 'key' }] },
        healthcheck: { interval: '5s' },
        deploy: { replicas: 2 },
        ports: [{ target: 80 }],
      },
      labels: { image: 'a', command: null },
    },
    secrets: { key: { content: '***' }, command: { file: '/k' } },
  });
});

it.each(['services', 'networks', 'volumes', 'secrets', 'configs', 'models'])(
  'shows an entry of %s that has the name of something that is masked',
  (section) => {
    const model = { [section]: { environment: { external: true, driver: 'a' } } };
    expect(maskConfig(model)).toEqual(model);
  },
);

it('returns anything but a mapping unchanged', () => {
  expect([maskConfig(null), maskConfig('text')]).toEqual([null, 'text']);
});
