import { afterEach, expect, it } from 'vitest';
import { Workspace } from '../workspace.ts';

let workspace: Workspace;
let daemon: string;
afterEach(() => {
  if (daemon === 'true') workspace.nx(['daemon', '--stop'], { NX_DAEMON: daemon });
  workspace.remove();
});

const image = 'image: debian:bookworm-slim';
const plain = `services: { s: { ${image} } }\n`;
const mounting = (project: string) =>
  `x-millwright: { mounts: [{ project: ${project}, services: [s], path: /opt/mill }] }\n${plain}`;
const binding = (project: string) =>
  `services: { s: { ${image}, volumes: ['../artifacts/linux/amd64/${project}:/opt/mill:ro'] } }\n`;
const options = (project: string) =>
  JSON.stringify({
    targets: { up: { options: { mounts: [{ project, services: ['s'], path: '/opt/mill' }] } } },
  });
const builds = (name: string) => {
  const outputs = [`{workspaceRoot}/artifacts/linux/amd64/${name}`];
  return JSON.stringify({ name, targets: { 'build-linux-amd64': { executor: 'nx:noop', outputs } } });
};

interface Case {
  /** The files between the main file and the changed one. */
  readonly main: string;
  readonly changed: string;
  /** The content of the changed file, by the project on which the stack should depend. */
  readonly text: (project: string) => string;
}

/** By stack name. */
const cases: Readonly<Record<string, Case>> = {
  including: { main: 'include: [../shared/in.yaml]\n', changed: 'shared/in.yaml', text: mounting },
  extending: {
    main: 'services: { s: { extends: { file: ../shared/ex.yaml, service: s } } }\n',
    changed: 'shared/ex.yaml',
    text: binding,
  },
  overridden: { main: plain, changed: 'overridden/compose.override.yaml', text: mounting },
  overlaid: { main: plain, changed: 'overlaid/compose.ci.yaml', text: binding },
  optional: { main: plain, changed: 'optional/project.json', text: options },
  listing: {
    main: plain,
    changed: 'listing/.env',
    text: (project) => `COMPOSE_FILE=compose.yaml:of-${project}.yaml\n`,
  },
};

/** Returns the dependencies of each stack, as a new Nx process computes them. */
function dependencies(): Record<string, string[]> {
  const { status, output } = workspace.nx(['graph', '--file=graph.json'], { NX_DAEMON: daemon });
  expect(status, output).toBe(0);
  const { graph } = JSON.parse(workspace.read('graph.json')) as {
    graph: { dependencies: Record<string, { target: string }[]> };
  };
  const targets = (name: string) => (graph.dependencies[name] ?? []).map(({ target }) => target);
  return Object.fromEntries(Object.keys(cases).map((name) => [name, targets(name)]));
}

const all = (project: string) => Object.fromEntries(Object.keys(cases).map((name) => [name, [project]]));

it.each(['false', 'true'])(
  'edges follow every file that defines mounts, even if the main file is unchanged: NX_DAEMON=%s',
  (mode) => {
    daemon = mode;
    const files = Object.entries(cases).flatMap(([name, { main, changed, text }]) => [
      [`${name}/compose.yaml`, main],
      [changed, text('one')],
    ]);
    workspace = new Workspace(
      {
        ...(Object.fromEntries(files) as Record<string, string>),
        'one/project.json': builds('one'),
        'two/project.json': builds('two'),
        'listing/of-one.yaml': mounting('one'),
        'listing/of-two.yaml': mounting('two'),
      },
      undefined,
      undefined,
      ['@millwright/compose'],
    );
    expect(dependencies()).toEqual(all('one'));
    for (const { changed, text } of Object.values(cases)) workspace.write(changed, text('two'));
    expect(dependencies()).toEqual(all('two'));
  },
);
