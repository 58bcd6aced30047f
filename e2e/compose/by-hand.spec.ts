import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { nxEnvironment, Workspace } from '../workspace.ts';
import { describeWithEngine, docker, projectNameIn, runImage } from './engine.ts';
import { Running } from './mill.ts';

/** A Compose file with each variable in a place that `config` does not mask. */
const composeFile = `services:
  s:
    image: debian:\${TAG:-bookworm-slim}
    hostname: '\${FLOUR-unset}'
    domainname: '\${OTHER-unset}'
    working_dir: '\${PWD}/\${HOME}'
    user: '\${NX_TASK_TARGET_TARGET-unset} \${FORCE_COLOR-unset} $$literal'
    environment: [FLOUR, OTHER]
    volumes: ['\${PWD}/data:/data']
  debug: { image: debug, profiles: [dbg] }
  other: { image: other, profiles: [shell] }
`;

/** The `.env` of each stack, by folder name. */
const dotEnvs: Readonly<Record<string, string>> = {
  none: '',
  single: "FLOUR='pa$word'\n",
  double: 'FLOUR="pa$word"\n',
  plain: 'FLOUR=pa$word\n',
  doubled: 'FLOUR=pa$$word\nOTHER="pa$$word"\n',
  escaped: 'FLOUR="pa\\$word"\nOTHER=pa\\$word\n',
  braces: 'FLOUR=${OTHER:-fallback}-x\nOTHER=y\n',
  home: 'FLOUR=${HOME}/x\nOTHER=$TAG\n',
  lines: 'FLOUR="one\ntwo $three"\nOTHER=\'a\nb\'\n',
  escapes: 'FLOUR="one\\ntwo\\t"\nOTHER=\'one\\ntwo\'\n',
  export: 'export FLOUR=pa$word\nexport OTHER="x y"\n',
  comments: '# first\nFLOUR=pa#word # note\nOTHER="x # y" # note\n',
  crlf: "FLOUR='pa$word'\r\nOTHER=x\r\n",
  spaces: 'FLOUR =  pa word  \nOTHER= "  x  "\n',
  empty: 'FLOUR=\nOTHER=""\n',
  colon: 'FLOUR: pa$word\nOTHER: x\n',
  twice: 'FLOUR=one\nFLOUR=two\n',
  unicode: 'FLOUR=pä$wörd\nOTHER=日本\n',
  backslash: 'FLOUR=pa\\word\nOTHER="c:\\\\temp"\n',
  profiles: 'COMPOSE_PROFILES=dbg\n',
  tag: 'TAG=own\n',
  files: 'COMPOSE_FILE=compose.yaml:more/extra.yaml\nTAG=own\n',
  separator: 'COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=compose.yaml,more/extra.yaml\n',
  elsewhere: 'COMPOSE_FILE=more/base.yaml:more/extra.yaml\nOTHER=own\n',
  override: '',
  name: 'COMPOSE_PROJECT_NAME=given-by-dot-env\n',
  named: '',
};

/** The folders in which the variables of the shell matter. */
const telling = ['none', 'single', 'tag', 'files', 'elsewhere', 'name', 'named'];

/** The variables that the user has set in the shell, by purpose. */
const shells: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nothing: {},
  'values of its own': { TAG: 'shell', FLOUR: 'sh$ell', OTHER: '' },
  // One has the value in the folder's file, the other one the value as Nx expands it.
  'values that the .env has as well': { TAG: 'own', FLOUR: 'pa' },
  "the workspace's values": { TAG: 'rooted', COMPOSE_PROFILES: 'dbg' },
  'a profile': { COMPOSE_PROFILES: 'shell' },
  'files of variables': { COMPOSE_ENV_FILES: 'more/one.env,more/two.env' },
  files: { COMPOSE_FILE: 'more/base.yaml' },
  'a project name': { COMPOSE_PROJECT_NAME: 'given-by-shell' },
};

const settings = {
  // Nx loads these files for its tasks, but Compose never reads them.
  '.env': `TAG=rooted\nCOMPOSE_PROFILES=dbg\nFLOUR=of-the-root\nCOMPOSE_PROJECT_NAME=rooted\n`,
  '.env.local': 'OTHER=local\nDOCKER_HOST=unix:///nowhere.sock\n',
  '.env.config': 'OTHER=of-the-target\n',
};

/**
 * Removes the documented differences: our project name if none is configured, and values that `config`
 * masks.
 */
function comparable(config: unknown, ownName: string, name: string): unknown {
  return JSON.parse(JSON.stringify(config).replaceAll(ownName, name), (key, value: unknown) =>
    key === 'environment' && typeof value === 'object' && value !== null ? Object.keys(value).sort() : value,
  );
}

/** Returns the output of each task, by project name. */
function outputs(output: string): Map<string, string> {
  const parts = output.split(/^> nx run /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf('\n'))]));
}

describeWithEngine('Compose sees what it would see if it were called by hand in the folder', () => {
  let workspace: Workspace;

  beforeAll(() => {
    const stacks = Object.entries(dotEnvs).map(([name, text]) => ({
      [`${name}/compose.yaml`]: name === 'named' ? `name: given-by-file\n${composeFile}` : composeFile,
      [`${name}/.env`]: text,
      [`${name}/.env.config`]: 'OTHER=of-the-target-of-the-project\n',
      [`${name}/.env.local`]: 'TAG=local-of-the-project\n',
      [`${name}/more/base.yaml`]: composeFile,
      [`${name}/more/extra.yaml`]:
        'services: { s: { hostname: extra }, extra: { image: "x:${TAG-unset}" } }\n',
      [`${name}/more/.env`]: 'TAG=more\nOTHER=more\n',
      [`${name}/more/one.env`]: "FLOUR='o$ne'\nOTHER=one\n",
      [`${name}/more/two.env`]: 'OTHER=two\n',
    }));
    const override = {
      'override/docker-compose.override.yml': 'services: { s: { hostname: overridden } }\n',
    };
    workspace = new Workspace(
      Object.assign({}, settings, ...stacks, override) as Record<string, string>,
      undefined,
      undefined,
      ['@millwright/compose'],
    );
  });

  afterAll(() => {
    workspace.remove();
  });

  it.each(Object.keys(shells))('matches Compose if the shell has %s', (shell) => {
    const names = shell === 'nothing' ? Object.keys(dotEnvs) : telling;
    const projects = names.join(',');
    const args = ['run-many', '--target=config', `--projects=${projects}`, '--output-style=static'];
    const { output } = workspace.nx(args, shells[shell]);
    const printed = outputs(output);
    for (const name of names) {
      const folder = workspace.path(name);
      const byHand = spawnSync('docker', ['compose', 'config', '--format', 'json'], {
        cwd: folder,
        env: { ...nxEnvironment(shells[shell] ?? {}), PWD: folder },
        encoding: 'utf8',
      });
      expect(byHand.status, byHand.stderr).toBe(0);
      const config = JSON.parse(byHand.stdout) as { name: string };
      const ownName = projectNameIn(workspace.folder, name);
      const [text = ''] = (printed.get(name) ?? '').replaceAll(/^warning: .*$/gm, '').split(/^ NX /m);
      expect(comparable(parse(text), ownName, config.name), `${name}\n${output}`).toEqual(
        comparable(config, ownName, config.name),
      );
    }
  });

  it('reads files without a running engine, and shows the warnings of Compose', () => {
    workspace.write(
      'unset/compose.yaml',
      'services: { s: { image: "x:${NOBODY_SETS}", user: "$NOBODY_SETS" } }\n',
    );
    const { status, output } = workspace.nx(['run', 'unset:config'], { DOCKER_HOST: 'unix:///nowhere.sock' });
    expect(status, output).toBe(0);
    expect(output).toContain('image: "x:"');
    expect(output.match(/^warning: .*NOBODY_SETS.*$/gm)).toEqual([
      'warning: The "NOBODY_SETS" variable is not set. Defaulting to a blank string.',
    ]);
  });

  it.each([
    ['--services', /^grinder\nidle$/m],
    ['--images', /^x:1$/m],
    ['--hash=*', /^grinder [0-9a-f]{64}$/m],
  ])('prints the output of docker compose config %s after --', (argument, expected) => {
    workspace.write(
      'lists/compose.yaml',
      'services: { grinder: { image: "x:1" }, idle: { image: "x:1" } }\n',
    );
    const { status, output } = workspace.nx(['run', 'lists:config', '--', argument]);
    expect(status, output).toBe(0);
    expect(output.replaceAll('\r', '')).toMatch(expected);
  });

  it('passes values with a dollar sign unchanged to the container; the shell overrides the file', async () => {
    workspace.write('db/.env', "POSTGRES_PASSWORD='pa$word'\nFLOUR='of$file'\nTAG='ta$g'\n");
    workspace.write(
      'db/compose.yaml',
      `services: { db: { image: ${runImage}, init: true, command: [sleep, '99999'], environment: [POSTGRES_PASSWORD, FLOUR, TAG] } }\n`,
    );
    const running = new Running(workspace.folder, ['run', 'db:up'], { FLOUR: 'of$shell', TAG: 'ta$g' });
    try {
      await running.isUp('db');
      const container = `${projectNameIn(workspace.folder, 'db')}-db-1`;
      const values = docker('exec', container, 'printenv', 'POSTGRES_PASSWORD', 'FLOUR', 'TAG').split('\n');
      expect(values).toEqual(['pa$word', 'of$shell', 'ta$g']);
    } finally {
      await running.interrupt();
    }
  });
});
