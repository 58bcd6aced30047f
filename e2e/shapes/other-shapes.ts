import { bin, goModule, lib, many, type Shape, stack, virtual } from './shape.ts';

const hundred = Array.from(
  { length: 100 },
  (_, index) => `receiver/r${String(index).padStart(2, '0')}receiver`,
);

/** Modules of which each requires the one before. go.work names all of them, without replacements. */
const chain = Array.from({ length: 100 }, (_, index) => `services/s${String(index).padStart(2, '0')}`);
const chained = (index: number) => {
  const [own, before] = [chain[index] ?? '', chain[index - 1]];
  const path = `example.org/${own}`;
  if (before === undefined) return { ...goModule(own, path), [`${own}/api/api.go`]: 'package api\n' };
  return {
    ...goModule(own, path, `\nrequire example.org/${before} v0.0.0\n`),
    [`${own}/api/api.go`]: `package api\n\nimport _ "example.org/${before}/api"\n`,
  };
};

const sixty = Array.from({ length: 60 }, (_, index) => `s${String(index).padStart(2, '0')}`);

/** Modules, stacks, and repositories of several ecosystems. */
export const otherShapes: readonly Shape[] = [
  {
    name: 'one Go module (restic, syncthing)',
    files: {
      ...goModule('.', 'github.com/restic/restic'),
      'cmd/restic/main.go': 'package main\nfunc main() {}\n',
    },
    projects: { restic: '.' },
  },
  {
    name: 'a hundred Go modules (opentelemetry-collector-contrib)',
    files: Object.fromEntries(
      [
        ...hundred.map((root) => goModule(root, `example.org/contrib/${root}`)),
        goModule('cmd/collector', 'example.org/contrib/cmd/collector/v2'),
      ].flatMap((files) => Object.entries(files)),
    ),
    projects: {
      ...Object.fromEntries(hundred.map((root) => [root.replace('receiver/', ''), root] as const)),
      collector: 'cmd/collector',
    },
  },
  {
    name: 'modules of the same last element (etcd, kustomize)',
    files: { ...goModule('api', 'example.org/api/v3'), ...goModule('plugin/api', 'example.org/plugin/api') },
    projects: { api: 'api', 'plugin-api': 'plugin/api' },
    prints: ['plugin/api is plugin-api, because the project in api has the name api'],
  },
  {
    name: 'modules in vendor, testdata and folders that go passes over',
    files: {
      ...goModule('.', 'example.org/tool'),
      ...goModule('vendor/example.org/dep', 'example.org/dep'),
      ...goModule('internal/testdata/mod', 'example.org/mod'),
      ...goModule('_examples/x', 'example.org/x'),
      ...goModule('.ci/y', 'example.org/y'),
    },
    projects: { tool: '.' },
  },
  {
    name: 'modules within a module that replaces them by their folders (prometheus-operator, traefik)',
    files: {
      'go.mod': `module example.org/op\n\ngo 1.24\n\nrequire (\n\texample.org/op/apis v0.1.0\n\texample.org/op/client v0.1.0\n)\n\nreplace (\n\texample.org/op/apis => ./pkg/apis\n\texample.org/op/client => ./pkg/client\n)\n`,
      'cmd/operator/main.go':
        'package main\n\nimport (\n\t_ "example.org/op/apis"\n\t_ "example.org/op/client"\n)\n\nfunc main() {}\n',
      'generate.go': 'package main\n\nfunc main() {}\n',
      'pkg/apis/go.mod': 'module example.org/op/apis\n\ngo 1.24\n',
      'pkg/apis/apis.go': 'package apis\n',
      'pkg/client/go.mod':
        'module example.org/op/client\n\ngo 1.24\n\nrequire example.org/op/apis v0.1.0\n\nreplace example.org/op/apis => ../apis\n',
      'pkg/client/client.go': 'package client\n\nimport _ "example.org/op/apis"\n',
    },
    projects: { op: '.', apis: 'pkg/apis', client: 'pkg/client' },
    edges: ['client -> apis', 'op -> apis', 'op -> client'],
  },
  {
    name: 'templates of modules (hugo, kubebuilder)',
    files: {
      ...goModule('.', 'example.org/tool'),
      'skeleton/go.mod': 'module {{ .Module }}\n\ngo 1.24\n',
    },
    projects: { tool: '.' },
    prints: ['warning[GO_MOD_INVALID]: ', '--> skeleton/go.mod:1', '"exclude": ["skeleton/**"]'],
  },
  {
    name: 'a go.mod that is broken while it is edited',
    files: { ...goModule('a', 'example.org/a', 'require (\n'), ...goModule('b', 'example.org/b') },
    projects: { a: 'a', b: 'b' },
    prints: ['warning[GO_MOD_INVALID]: ', '--> a/go.mod:'],
    invalid: ['a'],
  },
  {
    name: 'a go.work of a hundred modules, each of which imports another one',
    files: {
      'go.work': `go 1.24\n\nuse (\n${chain.map((root) => `\t./${root}\n`).join('')})\n`,
      ...many(chain.length, chained),
    },
    projects: Object.fromEntries(chain.map((root) => [root.replace('services/', ''), root])),
    edges: chain.slice(1).map((_, index) => {
      const [from, to] = [chain[index + 1], chain[index]].map((root) => root?.replace('services/', ''));
      return `${from ?? ''} -> ${to ?? ''}`;
    }),
  },
  {
    name: 'a go.work with a module that is not here',
    files: {
      'go.work': 'go 1.24\n\nuse (\n\t./a\n\t./missing\n)\n',
      ...goModule('a', 'example.org/a'),
    },
    projects: { a: 'a' },
  },
  {
    name: 'stacks in folders named docker (jaeger, loki, nextcloud)',
    files: {
      'docker/compose.yaml': stack,
      'examples/a/docker/docker-compose.yml': stack,
      'examples/b/docker/docker-compose.yml': stack,
    },
    projects: {
      docker: 'docker',
      'examples-a-docker': 'examples/a/docker',
      'examples-b-docker': 'examples/b/docker',
    },
    prints: ['examples/a/docker is examples-a-docker, because the project in docker has the name docker'],
  },
  {
    name: 'a stack that is called like the crate that it holds (awesome-compose)',
    files: { 'react-rust/compose.yaml': stack, ...bin('react-rust/backend', 'react-rust') },
    projects: { 'react-rust': 'react-rust/backend', 'react-rust-stack': 'react-rust' },
    prints: [
      'react-rust is react-rust-stack, because the project in react-rust/backend has the name react-rust',
    ],
  },
  {
    name: 'a stack beside a Cargo.toml (sqlx)',
    files: { ...lib('tests', 'sqlx-test'), 'tests/docker-compose.yml': stack },
    projects: { 'sqlx-test': 'tests' },
  },
  {
    name: 'a stack with a folder of overlays for it (frappe_docker)',
    files: {
      'compose.yaml': 'services: { backend: { image: x }, configurator: { image: x } }\n',
      'overrides/compose.redis.yaml':
        'services: { configurator: { depends_on: [redis] }, redis: { image: x } }\n',
      'overrides/compose.https.yaml': 'services: { backend: { networks: [proxy] } }\n',
      'package.json': '{"name":"docker","private":true}',
    },
    projects: { docker: '.' },
  },
  {
    name: 'a stack of sixty services (sentry)',
    files: {
      'compose.yaml': `x-millwright: { name: sentry, mounts: [{ project: mill, services: [${sixty.join(', ')}], path: /opt/mill }] }\nservices:\n${sixty.map((name, index) => `  ${name}: { image: x, depends_on: [${sixty.slice(0, index).join(', ')}] }\n`).join('')}`,
      ...bin('mill', 'mill'),
    },
    projects: { sentry: '.', mill: 'mill' },
    edges: ['sentry -> mill'],
  },
  {
    name: 'a stack that names itself',
    files: { 'deploy/compose.yaml': `x-millwright: { name: mill-local }\n${stack}`, ...bin('mill', 'mill') },
    projects: { 'mill-local': 'deploy', mill: 'mill' },
  },
  {
    name: 'a stack of a development container, and folders with spaces and other scripts',
    files: {
      '.devcontainer/docker-compose.yml': stack,
      'my stack/compose.yaml': stack,
      'стек/compose.yaml': stack,
      '2024/compose.yaml': stack,
    },
    projects: { '.devcontainer': '.devcontainer', 'my-stack': 'my stack', стек: 'стек', '2024': '2024' },
  },
  {
    name: 'a stack that is no YAML',
    files: { 'a/compose.yaml': 'services:\n  a: { image: [\n', 'b/compose.yaml': stack },
    projects: { a: 'a', b: 'b' },
    prints: ['warning[COMPOSE_FILE_INVALID]: the Compose file is not valid YAML', '--> a/compose.yaml:3'],
  },
  {
    name: 'a stack whose mounts are wrong',
    files: {
      'a/compose.yaml': `x-millwright: { mounts: [{ project: x }] }\n${stack}`,
      'b/compose.yaml': stack,
    },
    projects: { a: 'a', b: 'b' },
    prints: ['warning[COMPOSE_FILE_INVALID]: invalid Compose file', '--> a/compose.yaml:1'],
    invalid: ['a'],
  },
  {
    name: 'everything at the root',
    files: {
      'package.json': '{"name":"all","private":true}',
      'Cargo.toml': virtual('"core"'),
      ...lib('core', 'core'),
      ...goModule('.', 'example.org/all'),
      'compose.yaml': stack,
    },
    projects: { all: '.', core: 'core' },
  },
  {
    name: 'a crate, a module and a stack of one name, beside a package of npm',
    files: {
      'package.json': '{"name":"root","workspaces":["js/*"]}',
      'js/server/package.json': '{"name":"@mill/server"}',
      ...bin('rust/server', 'server'),
      ...goModule('go/server', 'example.org/server'),
      'stacks/server/compose.yaml': stack,
    },
    projects: {
      '@mill/server': 'js/server',
      server: 'rust/server',
      'go-server': 'go/server',
      'stacks-server': 'stacks/server',
    },
    prints: [
      'go/server is go-server, because the project in rust/server has the name server',
      'stacks/server is stacks-server, because the project in rust/server has the name server',
    ],
  },
  {
    name: 'nothing of ours',
    files: {
      'package.json': '{"name":"web"}',
      'src/index.js': '',
      'docs/go.md': '',
      'compose/readme.md': '',
    },
    projects: {},
  },
];
