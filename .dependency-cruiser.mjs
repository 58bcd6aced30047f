/** Which package may import which, and which folder of a package which. Run by `npm run lint` and `npm test`. */

/** Which of our packages each package may import. */
const packages = {
  'object-file': [],
  toolkit: [],
  artifacts: ['object-file', 'toolkit'],
  cargo: ['artifacts', 'object-file', 'toolkit'],
  go: ['artifacts', 'object-file', 'toolkit'],
  oci: ['artifacts', 'object-file', 'toolkit'],
  compose: ['oci', 'artifacts', 'object-file', 'toolkit'],
  windmill: ['object-file', 'toolkit'],
  component: ['cargo', 'go', 'oci', 'artifacts', 'object-file', 'toolkit'],
  server: ['artifacts', 'oci', 'toolkit'],
  builder: ['component', 'artifacts', 'oci', 'toolkit'],
};
// The command loads each when it needs it.
packages.cli = Object.keys(packages);

/** The folders of a package from the lowest to the highest: each may import those before it. */
const folders = {
  'object-file': ['bytes', 'model', 'elf'],
  toolkit: [
    'text',
    'environment',
    'errors',
    'files',
    'process',
    'machine',
    'git',
    'state',
    'platforms',
    'options',
    'nx',
    'doctor',
    'project-names',
    'undeclared-inputs',
    'explain',
  ],
  artifacts: [
    'layout',
    'disk',
    'signing',
    'keyless',
    'release',
    'archives',
    'install',
    'image-check',
    'checksums',
    'units',
    'provenance',
    'placing',
    'packaging',
    'scan',
    'sbom',
    'attesting',
    'rebuild',
    'tasks',
    'executors',
  ],
  cargo: [
    'options',
    'manifests',
    'resolution/features',
    'resolution/slice',
    'source-scan/tokens',
    'source-scan/values',
    'source-scan/scanner',
    'source-scan',
    'toolchain',
    'preflight',
    'vendored',
    'cargo-cli',
    'compiled-units',
    'hashing',
    'explain',
    'inference',
    'executors/command',
    'executors/cargo-cross/plan',
    'executors/cargo-cross/run',
    'executors',
    'generators',
  ],
  go: [
    'source-scan',
    'manifests',
    'resolution',
    'toolchain',
    'explain',
    'inference',
    'go-cli',
    'openapi/document',
    'openapi/bundling',
    'openapi/checks',
    'openapi/go',
    'openapi/generators',
    'openapi/output',
    'openapi',
    'executors',
    'generators',
  ],
  compose: [
    'system',
    'engine',
    'manifests',
    'compose-cli',
    'guard',
    'inference',
    'mount-check',
    'session',
    'readiness',
    'lifecycle',
    'following',
    'executors',
    'generators',
  ],
  oci: [
    'layout',
    'layers',
    'registry',
    'base',
    'building',
    'pushing',
    'inference',
    'executors',
    'generators',
  ],
  windmill: [
    'api',
    'clock',
    'config',
    'observability',
    'client',
    'expressions',
    'flows',
    'executions',
    'services',
    'simulation/state',
    'simulation/http',
    'simulation/jobs',
    'simulation/programs',
    'simulation/flows',
    'simulation/server',
    'simulation/routes',
    'simulation',
    'supervision',
    'health',
    'testing',
    'engine',
    'commands',
  ],
  server: ['database', 'config', 'storage', 'identity', 'cache', 'http', 'proxy'],
  cli: ['io', 'commands'],
};

const tests = '[.]spec([.]helper)?[.]ts$';

const betweenPackages = Object.entries(packages).map(([name, allowed]) => ({
  name: `${name}-imports-only-allowed-packages`,
  severity: 'error',
  comment: `${name} may import ${allowed.length === 0 ? 'none of our packages' : allowed.join(', ')}.`,
  from: { path: `^packages/${name}/`, pathNot: tests },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

/** The files of a folder, without those of folders below it that have a place of their own in the order. */
function filesOf(name, folder) {
  const nested = (folders[name] ?? []).filter((other) => other.startsWith(`${folder}/`));
  const root = `^packages/${name}/src/`;
  return {
    path: `${root}${folder}/`,
    pathNot: [tests, ...nested.map((other) => `${root}${other}/`)],
  };
}

const upward = Object.entries(folders).flatMap(([name, order]) =>
  order.flatMap((folder, index) =>
    order.slice(index + 1).map((higher) => ({
      name: `${name}: ${folder} imports nothing of ${higher}`,
      severity: 'error',
      comment: `The folders of ${name}, lowest first: ${order.join(', ')}.`,
      from: filesOf(name, folder),
      to: filesOf(name, higher),
    })),
  ),
);

export default {
  forbidden: [
    ...betweenPackages,
    ...upward,
    {
      name: 'packages-through-their-entry-points',
      severity: 'error',
      comment: "A package's own files are its own: others import what its package.json exports.",
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/([^/]+)/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'folders-import-nothing-of-the-root',
      severity: 'error',
      comment: 'Beside options.ts and errors.ts, the files directly in src/ connect the folders.',
      from: { path: '^packages/([^/]+)/src/[^/]+/', pathNot: tests },
      to: { path: '^packages/$1/src/[^/]+[.]ts$', pathNot: '/(options|errors|testing)[.]ts$' },
    },
    {
      name: 'e2e-imports-of-tools-only-testing',
      severity: 'error',
      comment:
        'Tools, such as campaigns, use the workspaces of the end-to-end tests. What both need is in tools/testing.',
      from: { path: '^e2e/' },
      to: { path: '^tools/', pathNot: '^tools/testing/' },
    },
    {
      name: 'testing-imports-nothing-above',
      severity: 'error',
      from: { path: '^tools/testing/' },
      to: { path: '^(e2e|tools)/', pathNot: '^tools/testing/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: { path: '^(packages|e2e|tools)/', pathNot: tests },
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^packages/' },
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: [`^packages/.*${tests}`, '/fixtures/'] },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
    moduleSystems: ['es6'],
  },
};
