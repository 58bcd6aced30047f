import { describe, expect, it } from 'vitest';
import { Activator, type ActivationScope } from './activation.js';
import type { FeatureChoice } from './features.js';
import { Linkage } from '../../manifests/linkage.js';
import { sliceInputOf, type Files } from '../world.spec.helper.js';

const linux = 'x86_64-unknown-linux-gnu';
const windows = 'x86_64-pc-windows-msvc';

type Request = Partial<ActivationScope & { readonly features: FeatureChoice }>;

const usual: Required<Request> = {
  features: { features: [], defaultFeatures: true, allFeatures: false },
  target: linux,
  host: linux,
  resolver: '2',
};

/** A workspace of crates, each by its manifest without name and version. */
function workspace(crates: Readonly<Record<string, string>>, root = ''): Files {
  const members = Object.entries(crates).map(([name, rest]) => {
    return [`${name}/Cargo.toml`, `[package]\nname = "${name}"\nversion = "0.1.0"\n${rest}`] as const;
  });
  return { 'Cargo.toml': `[workspace]\n${root}`, ...Object.fromEntries(members) };
}

/** What a build of `app` activates: each crate with its features. */
function activated(files: Files, request: Request = {}): Record<string, string> {
  const world = sliceInputOf(files);
  const crate = world.crates.get('app');
  if (!crate) throw new Error('the workspace has no crate app');
  const { features, ...scope } = { ...usual, ...request };
  const { crates } = new Activator(new Linkage(world), scope).activate(crate, features);
  return Object.fromEntries([...crates].map(([root, { features }]) => [root, features.join(' ')]));
}

function choose(features: string[], defaultFeatures = true): Request {
  return { features: { features, defaultFeatures, allFeatures: false } };
}

const all: Request = {
  features: { features: [], defaultFeatures: true, allFeatures: true },
};

const tools = `
[features]
default = ["log"]
log = []
net = ["dep:tls"]
deep = ["more/on", "tls?/fast"]
[dependencies]
tls = { path = "../tls", optional = true }
more = { path = "../more", optional = true }
`;
const leaves = { tls: '[features]\nfast = []', more: '[features]\non = []', tools };
const using = (entry: string, features = ''): string =>
  `[dependencies]\ntools = ${entry}\n[features]\n${features}`;

describe('Activator resolves features', () => {
  it.each<[string, Record<string, string>, Request, Record<string, string>]>([
    ['default ones', { app: using('{ path = "../tools" }') }, {}, { app: '', tools: 'default log' }],
    [
      'not those of a dependency without defaults',
      { app: using('{ path = "../tools", default-features = false }') },
      {},
      { app: '', tools: '' },
    ],
    [
      '`dep:` turns a dependency on without a feature',
      { app: using('{ path = "../tools", default-features = false, features = ["net"] }') },
      {},
      { app: '', tools: 'net', tls: '' },
    ],
    [
      '`x/y` turns on x, its implicit feature and y',
      { app: using('{ path = "../tools", default-features = false, features = ["deep"] }') },
      {},
      { app: '', tools: 'deep more', more: 'on' },
    ],
    [
      '`x?/y` waits for x',
      { app: using('{ path = "../tools", default-features = false, features = ["deep", "net"] }') },
      {},
      { app: '', tools: 'deep more net', more: 'on', tls: 'fast' },
    ],
    [
      "the user's choice",
      { app: using('{ path = "../tools", optional = true }', 'x = ["tools/net"]') },
      choose(['x']),
      { app: 'tools x', tools: 'default log net', tls: '' },
    ],
    [
      'a choice of several in one string',
      { app: using('{ path = "../tools", optional = true }', 'x = []\ny = []') },
      choose(['x,y tools']),
      { app: 'tools x y', tools: 'default log' },
    ],
    [
      'no default where the user says so',
      { app: using('{ path = "../tools", optional = true }', 'default = ["tools"]') },
      choose([], false),
      { app: '' },
    ],
    [
      "`app/x` as the crate's own",
      { app: using('{ path = "../tools", optional = true }', 'x = ["dep:tools"]') },
      choose(['app/x']),
      { app: 'x', tools: 'default log' },
    ],
    [
      'all of them',
      { app: using('{ path = "../tools", optional = true }', 'x = ["dep:tools"]') },
      all,
      { app: 'x', tools: 'default log' },
    ],
    [
      'through a renamed dependency',
      {
        app: '[dependencies]\nkit = { package = "tools", path = "../tools", default-features = false, optional = true }\n[features]\nx = ["kit/net"]',
      },
      choose(['x']),
      { app: 'kit x', tools: 'net', tls: '' },
    ],
    [
      'joined over several dependents',
      {
        app: '[dependencies]\na = { path = "../a" }\ntools = { path = "../tools", default-features = false }',
        a: '[dependencies]\ntools = { path = "../tools", default-features = false, features = ["net"] }',
      },
      {},
      { app: '', a: '', tools: 'net', tls: '' },
    ],
    [
      'around a cycle through development',
      { app: '[dependencies]\na = { path = "../a" }', a: '[dev-dependencies]\napp = { path = "../app" }' },
      {},
      { app: '', a: '' },
    ],
  ])('%s', (_, crates, request, expected) => {
    expect(activated(workspace({ ...leaves, ...crates }), request)).toEqual(expected);
  });

  it('adds the features of an inherited dependency to those of the workspace', () => {
    const root =
      '[workspace.dependencies]\ntools = { path = "tools", default-features = false, features = ["net"] }';
    const app = '[dependencies]\ntools = { workspace = true, features = ["log"] }';
    expect(activated(workspace({ ...leaves, app }, root))).toEqual({ app: '', tools: 'log net', tls: '' });
  });
});

describe('Activator distinguishes dependency kinds, targets and hosts', () => {
  const a = { a: '', b: '' };
  const on = (section: string): string => `[${section}]\na = { path = "../a" }`;
  it.each<[string, Record<string, string>, Request, string[]]>([
    ['takes build dependencies', { ...a, app: on('build-dependencies') }, {}, ['app', 'a']],
    ['leaves development ones out', { ...a, app: on('dev-dependencies') }, {}, ['app']],
    ['takes them with resolver 1', { ...a, app: on('dev-dependencies') }, { resolver: '1' }, ['app', 'a']],
    [
      'leaves those of others out even so',
      { ...a, b: on('dev-dependencies'), app: '[dependencies]\nb = { path = "../b" }' },
      { resolver: '1' },
      ['app', 'b'],
    ],
    [
      'takes what the target needs',
      { ...a, app: on("target.'cfg(windows)'.dependencies") },
      { target: windows },
      ['app', 'a'],
    ],
    ['leaves out what it does not', { ...a, app: on("target.'cfg(windows)'.dependencies") }, {}, ['app']],
    [
      'takes other platforms with resolver 1',
      { ...a, app: on("target.'cfg(windows)'.dependencies") },
      { resolver: '1' },
      ['app', 'a'],
    ],
    [
      "takes what a cfg of one's own may need",
      { ...a, app: on("target.'cfg(my_cfg)'.dependencies") },
      {},
      ['app', 'a'],
    ],
    [
      'asks the host for build scripts',
      { ...a, app: on("target.'cfg(unix)'.build-dependencies") },
      { target: windows },
      ['app', 'a'],
    ],
    [
      'asks the host below a build dependency',
      { a: '', b: on("target.'cfg(unix)'.dependencies"), app: '[build-dependencies]\nb = { path = "../b" }' },
      { target: windows },
      ['app', 'b', 'a'],
    ],
    [
      'asks the host below a procedural macro',
      {
        a: '',
        b: `${on("target.'cfg(unix)'.dependencies")}\n[lib]\nproc-macro = true`,
        app: '[dependencies]\nb = { path = "../b" }',
      },
      { target: windows },
      ['app', 'b', 'a'],
    ],
    [
      'asks the target alone elsewhere',
      { a: '', b: on("target.'cfg(unix)'.dependencies"), app: '[dependencies]\nb = { path = "../b" }' },
      { target: windows },
      ['app', 'b'],
    ],
  ])('%s', (_, crates, request, expected) => {
    expect(Object.keys(activated(workspace(crates), request)).sort()).toEqual(expected.sort());
  });
});
