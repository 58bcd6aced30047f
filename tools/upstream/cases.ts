import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { startCacheServer } from '../../e2e/cache-server.ts';
import { docker, leftovers, projectNameIn } from '../../e2e/compose/engine.ts';
import { Running } from '../../e2e/compose/mill.ts';
import { until } from '../../e2e/until.ts';
import { repository } from '../../e2e/workspace.ts';
import {
  commit,
  copySources,
  git,
  nx,
  removeWorkspace,
  tryNx,
  type UpstreamWorkspace,
  workspaceOf,
} from './checkout.ts';

/** A case of the campaign. */
export interface UpstreamCase {
  readonly name: string;
  /** Returns what happened. @throws if the case fails */
  readonly run: () => Promise<string> | string;
}

const cargo = (options: unknown) => ({ plugin: '@millwright/cargo', options });
const bothArchitectures = { platforms: ['linux/amd64', 'linux/arm64'] };
const amd64 = 'artifacts/linux/amd64';

/** Windmill with one language, in the workspace that later cases build in. */
function windmill(): UpstreamWorkspace {
  const workspace = workspaceOf('windmill', 'windmill-1.533.1', [
    cargo(bothArchitectures),
    '@millwright/compose',
  ]);
  if (!existsSync(join(workspace.folder, 'third_party/millwright.toml'))) {
    vendor(workspace, '--features=python', '--validate=Windmill');
    commit(workspace.folder);
  }
  return workspace;
}

/** Chronik, in the workspace that later cases build in. */
function chronik(): UpstreamWorkspace {
  const workspace = workspaceOf('chronik', 'chronik-2.10.4', [
    cargo({ ...bothArchitectures, libc: ['gnu', 'musl'] }),
  ]);
  if (!existsSync(join(workspace.folder, 'third_party/millwright.toml'))) {
    vendor(workspace);
    commit(workspace.folder);
  }
  return workspace;
}

function vendor(workspace: UpstreamWorkspace, ...args: readonly string[]) {
  return nx(workspace, ['generate', '@millwright/cargo:vendor', workspace.sources, ...args]);
}

/** Vendors a checkout in a new workspace: projects, what was inferred, and the findings of doctor. */
function vendored(checkout: string, project: string, ...args: readonly string[]): string {
  const workspace = workspaceOf(`new-${checkout}`, checkout, [cargo(bothArchitectures)]);
  try {
    const generated = vendor(workspace, ...args);
    const projects = nx(workspace, ['show', 'projects']);
    const shown = JSON.parse(nx(workspace, ['show', 'project', project, '--json']).output) as {
      readonly metadata?: { readonly inferred?: readonly { readonly from: string; readonly what: string }[] };
    };
    const doctor = tryNx(workspace, ['run', `${project}:doctor`]);
    const missing = [...doctor.output.matchAll(/^✖ (\S.*)$/gm)].map(([, line = '']) =>
      line.replaceAll(/ +/g, ' '),
    );
    const inferred = (shown.metadata?.inferred ?? []).map(({ from, what }) => `${from}: ${what}`);
    return [
      `vendor ${seconds(generated.seconds)}`,
      `graph of ${projects.output.trim().split('\n').length} projects ${seconds(projects.seconds)}`,
      `inferred for ${project}: ${inferred.join('; ') || 'nothing'}`,
      `doctor ${seconds(doctor.seconds)}: ${missing.join('; ') || 'nothing is missing'}`,
    ].join('. ');
  } finally {
    removeWorkspace(workspace);
  }
}

/** Builds a target, and describes the artifact. */
function build(
  workspace: UpstreamWorkspace,
  target: string,
  artifact: string,
  env: Readonly<Record<string, string>> = {},
): string {
  const built = nx(workspace, ['run', target], env);
  return `${seconds(built.seconds)}${profileSettings()}; ${described(workspace, artifact)}`;
}

/** Returns the settings of Cargo's profiles in the environment, which a measurement depends on. */
function profileSettings(): string {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('CARGO_PROFILE_'));
  return settings.length === 0
    ? ''
    : ` with ${settings.map(([name, value]) => `${name}=${value}`).join(', ')}`;
}

/** Describes an artifact by its size, its file type, and the metrics of its build. sccache compiles in its own process. */
function described({ folder }: UpstreamWorkspace, artifact: string): string {
  const path = join(folder, artifact);
  const metrics = JSON.parse(readFileSync(`${path}.metrics.json`, 'utf8')) as {
    readonly wallMilliseconds: number;
    readonly cratesCompiled: number;
    readonly cacheHits: number;
    readonly cacheMisses: number;
  };
  const kind = execFileSync('file', ['--brief', path], { encoding: 'utf8' });
  const type = ['x86-64', 'aarch64', 'static'].filter((word) => kind.includes(word)).join(' ');
  const units = metrics.cacheHits + metrics.cacheMisses;
  return [
    `${artifact}: ${(statSync(path).size / 2 ** 20).toFixed(1)} MiB, ${type}`,
    `${metrics.cratesCompiled} crates in ${seconds(metrics.wallMilliseconds / 1_000)}`,
    `${metrics.cacheHits} of ${units} compilations came from sccache`,
  ].join(', ');
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

/** Changes a library of Windmill, and builds what `affected` selects; then restores the result in a second clone. */
async function editAndRestore(): Promise<string> {
  const workspace = windmill();
  const { folder, sources } = workspace;
  using server = await startCacheServer();
  appendFileSync(join(folder, sources, 'backend/windmill-common/src/lib.rs'), '\n// An edit.\n');
  git(join(folder, sources), 'commit', '--quiet', '--all', '--message', 'An edit');
  commit(folder);
  const builds = nx(workspace, [
    ...['show', 'projects', '--affected', '--base=HEAD~1', '--with-target=build-linux-amd64'],
  ]).output.trim();
  const all = nx(workspace, ['show', 'projects', '--with-target=build-linux-amd64']).output.trim();
  const rebuilt = nx(
    workspace,
    ['affected', '--target=build-linux-amd64', '--configuration=release', '--base=HEAD~1'],
    server.env,
  );
  const clone = { folder: `${folder}-clone`, sources };
  try {
    git(folder, 'clone', '--quiet', folder, clone.folder);
    copySources(join(folder, sources), join(clone.folder, sources));
    symlinkSync(join(repository, 'node_modules'), join(clone.folder, 'node_modules'));
    // Clones on one machine share Nx's own cache.
    const env = { ...server.env, NX_CACHE_DIRECTORY: join(clone.folder, '.nx/own-cache') };
    const restored = nx(clone, ['run', 'windmill-backend:build-linux-amd64:release'], env);
    if (!restored.output.includes('[remote cache]')) throw new Error(`not restored: ${restored.output}`);
    const [one, other] = [folder, clone.folder].map((at) => readFileSync(join(at, amd64, 'windmill')));
    if (!one?.equals(other ?? Buffer.alloc(0))) throw new Error('the restored binary has other bytes');
    return [
      `an edit in windmill-common affects the builds of ${builds.replaceAll('\n', ', ')}, of ${all.replaceAll('\n', ', ')}`,
      `built in ${seconds(rebuilt.seconds)}`,
      `restored in a second clone in ${seconds(restored.seconds)}, the same bytes`,
    ].join('; ');
  } finally {
    removeWorkspace(clone);
  }
}

/** Starts the stack windmill-simple with the built binary, and queries its version. */
async function stack(): Promise<string> {
  const { folder } = windmill();
  const stacks = join(folder, 'stacks');
  cpSync(join(repository, 'stacks'), stacks, { recursive: true });
  const secrets = join(folder, '.nx/secrets');
  execFileSync('sh', [join(stacks, 'make-secrets.sh'), secrets], { stdio: 'ignore' });
  const started = performance.now();
  const run = new Running(folder, ['run', 'windmill-simple:up', '--ports=auto'], {
    STACK_SECRETS: secrets,
    WINDMILL_BINARY: join(folder, amd64, 'windmill'),
  });
  const project = projectNameIn(folder, 'windmill-simple');
  let version: string;
  let ready: number;
  try {
    await run.isUp('windmill-simple');
    ready = (performance.now() - started) / 1_000;
    const container = docker(
      ...['ps', '--filter', `label=com.docker.compose.project=${project}`],
      ...['--filter', 'label=com.docker.compose.service=server', '--format', '{{.Names}}'],
    );
    version = docker(
      'exec',
      container,
      'bash',
      '-c',
      [
        'exec 3<>/dev/tcp/127.0.0.1/8000',
        'printf "GET /api/version HTTP/1.0\\r\\n\\r\\n" >&3',
        'tail -n 1 <&3',
      ].join('; '),
    );
  } finally {
    await run.interrupt();
  }
  const isVolume = (name: string) => name.endsWith('_database');
  if (!(await until(() => leftovers(project).every(isVolume)))) {
    throw new Error(`left: ${leftovers(project).join(', ')}`);
  }
  for (const name of leftovers(project)) docker('volume', 'rm', name);
  return `ready after ${seconds(ready)}; /api/version: ${version}; nothing is left but the volume of the database`;
}

/** Builds for arm64, or returns why the machine cannot. */
function arm64(): string {
  const workspace = windmill();
  const target = 'windmill-backend:build-linux-arm64';
  const { status, output } = tryNx(workspace, ['run', target]);
  if (status === 0) return described(workspace, 'artifacts/linux/arm64/windmill');
  const [message] = /^error\[NATIVE_LIBRARY_MISSING\][^]*?help: .*$/m.exec(output) ?? [];
  if (message === undefined) throw new Error(output.slice(-1_500));
  return `refused before anything is compiled: ${message.replaceAll(/\s+/g, ' ')}`;
}

/** Builds the smallest binary of Chronik for both architectures and C libraries. */
function chronikBinaries(): string {
  const workspace = chronik();
  const built = nx(workspace, ['run', 'mock-embedder:build']);
  const artifacts = ['amd64', 'amd64-musl', 'arm64', 'arm64-musl'].map((place) =>
    described(workspace, `artifacts/linux/${place}/mock-embedder`),
  );
  return `${seconds(built.seconds)}; ${artifacts.join('; ')}`;
}

export const cases: readonly UpstreamCase[] = [
  {
    name: 'Windmill 1.533.1: vendor, graph, doctor',
    run: () => vendored('windmill-1.533.1', 'windmill-backend', '--features=python'),
  },
  {
    name: 'Windmill 1.713.1: vendor, graph, doctor',
    run: () => vendored('windmill-1.713.1', 'windmill-backend', '--features=python'),
  },
  {
    name: 'Chronik 2.10.4: vendor, graph, doctor',
    run: () => vendored('chronik-2.10.4', 'chronik-server'),
  },
  {
    name: 'Windmill 1.533.1, feature python: build for amd64, release',
    run: () => build(windmill(), 'windmill-backend:build-linux-amd64:release', `${amd64}/windmill`),
  },
  { name: 'Windmill: an edit, affected, and a restore in a second clone', run: editAndRestore },
  { name: 'Windmill: the stack windmill-simple with that binary', run: stack },
  { name: 'Windmill: build for arm64', run: arm64 },
  { name: 'Chronik: a binary for both architectures, gnu and musl', run: chronikBinaries },
];
