import { describe, expect, it } from 'vitest';
import type { StackModel } from '../compose-cli/model.js';
import { overrideFile } from './override.js';
import { describeHolder, relationOf } from './ports.js';

const port = (target: number, published: string) => ({ mode: 'ingress', target, published, protocol: 'tcp' });
const model: StackModel = {
  name: 'stack',
  services: {
    web: {
      image: 'x',
      container_name: 'the-web',
      ports: [port(80, '8080'), port(81, '8081')],
      environment: { PASSWORD: 'flour' },
    },
    worker: { image: 'x' },
  },
};
const facts = { stack: 'mill', checkout: '/srv/app', bindings: [], ports: [], freeNames: true };

describe('overrideFile', () => {
  it('labels every service, resets fixed names, and contains no variables', () => {
    expect(overrideFile(model, facts)).toBe(
      [
        'services:',
        '  web:',
        '    labels:',
        '      dev.millwright.stack: mill',
        '      dev.millwright.checkout: /srv/app',
        '    container_name: !reset null',
        '  worker:',
        '    labels:',
        '      dev.millwright.stack: mill',
        '      dev.millwright.checkout: /srv/app',
        '',
      ].join('\n'),
    );
  });

  it('replaces all ports of a service if one moved, because Compose would append them', () => {
    const moved = {
      service: 'web',
      port: port(80, '8080'),
      declared: '8080',
      published: '8082',
      reason: 'taken',
    };
    const text = overrideFile(model, { ...facts, ports: [moved] });
    expect(text).toContain('ports: !override');
    expect([...text.matchAll(/published: "(\d+)"/g)].map((match) => match[1])).toEqual(['8082', '8081']);
  });

  it('escapes $, which starts a variable in Compose', () => {
    const binding = {
      ...{ service: 'worker', source: '/a$HOME/b', path: '/opt/$b', builtBy: undefined },
      kind: 'program' as const,
    };
    const text = overrideFile(model, { ...facts, checkout: '/srv/app/$1', bindings: [binding] });
    for (const line of ['checkout: /srv/app/$$1', 'source: /a$$HOME/b', 'target: /opt/$$b'])
      expect(text).toContain(line);
  });

  it('mounts read-only, and creates no folder for a missing file', () => {
    const binding = {
      service: 'worker',
      source: '/a/b',
      path: '/opt/b',
      kind: 'program',
      builtBy: undefined,
    } as const;
    const text = overrideFile(model, { ...facts, bindings: [binding] });
    expect(text).toContain('read_only: true');
    expect(text).toContain('create_host_path: false');
  });
});

it('determines the owner of a port', () => {
  const own = { projectName: 'mill-1', stack: 'mill', checkout: '/one' };
  const holder = (projectName: string, stack: string | undefined, checkout: string | undefined) =>
    relationOf({ kind: 'container', name: 'x', projectName, stack, checkout }, own);
  expect(holder('mill-1', 'mill', '/one')).toBe('own');
  expect(holder('mill-2', 'mill', '/two')).toBe('sibling');
  expect(holder('other-1', 'other', '/two')).toBe('stranger');
  expect(holder('plain', undefined, undefined)).toBe('stranger');
  expect(relationOf({ kind: 'process', name: 'nginx', pid: 7 }, own)).toBe('stranger');
});

it('describes the holder of a port', () => {
  expect(describeHolder({ kind: 'process', name: 'nginx', pid: 7 })).toBe('the process nginx (7) uses it');
  const container = {
    kind: 'container',
    name: 'db',
    projectName: undefined,
    stack: undefined,
    checkout: undefined,
  } as const;
  expect(describeHolder(container)).toBe('the container db uses it');
});
