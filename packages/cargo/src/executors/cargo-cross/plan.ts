import { join } from 'node:path';
import type { BuildRequest } from './request.js';

/** One cargo invocation that builds several tasks. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly requests: readonly [BuildRequest, ...BuildRequest[]];
}

/**
 * Requests that could share one cargo, as far as their own options go: same workspace, toolchain, profile,
 * linker, environment and arguments. Several targets join one invocation unless one of them is the host
 * without a name, which cargo builds differently.
 */
export function groupByInvocation(requests: readonly BuildRequest[]): BuildRequest[][] {
  const groups = new Map<string, BuildRequest[]>();
  for (const request of requests) {
    const { options, linker, features, settings } = request;
    const key = JSON.stringify([
      request.metadata.workspace_root,
      request.toolchain.cargo,
      options.profile,
      features.defaultFeatures,
      features.allFeatures,
      [...features.features].sort(),
      options.bins ?? null,
      options.bins === undefined ? null : request.package.id,
      Object.entries(options.env).sort(),
      options.args,
      settings.args,
      Object.entries(settings.env).sort(),
      linker.program ?? null,
      linker.target === undefined,
      linker.program === undefined ? null : linker.target,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  return [...groups.values()];
}

/** The arguments, folder and environment of cargo for requests that share all that `groupByInvocation` asks. */
export function invocationFor(
  requests: readonly [BuildRequest, ...BuildRequest[]],
  env: Readonly<Record<string, string | undefined>>,
  color: boolean,
): Invocation {
  const [first] = requests;
  const { options, linker, toolchain, features: set, settings } = first;
  const unique = (values: readonly string[]) => [...new Set(values)].sort();
  const packages = unique(requests.map((request) => packageSpec(request)));
  const targets = unique(requests.flatMap((request) => request.linker.target ?? []));
  const features = unique(
    requests.flatMap(({ package: pkg, features: { features: own } }) =>
      own.map((feature) => (feature.includes('/') ? feature : `${pkg.name}/${feature}`)),
    ),
  );
  return {
    program: linker.program ?? toolchain.cargo,
    args: [
      linker.subcommand,
      '--manifest-path',
      join(first.metadata.workspace_root, 'Cargo.toml'),
      '--profile',
      options.profile,
      '--keep-going',
      `--message-format=${color ? 'json-diagnostic-rendered-ansi' : 'json'}`,
      ...packages.flatMap((spec) => ['--package', spec]),
      ...targets.flatMap((target) => ['--target', target]),
      ...(options.bins ?? []).flatMap((name) => ['--bin', name]),
      ...(set.defaultFeatures ? [] : ['--no-default-features']),
      ...(set.allFeatures ? ['--all-features'] : []),
      ...(features.length === 0 ? [] : ['--features', features.join(',')]),
      ...settings.args,
      ...options.args,
    ],
    cwd: first.metadata.workspace_root,
    env: {
      CARGO: toolchain.cargo,
      // The compiler that was hashed, whatever PATH says; the user's own choice of compiler was hashed too.
      ...(env.RUSTC === undefined ? { RUSTC: toolchain.rustc } : {}),
      ...Object.fromEntries(requests.flatMap((request) => Object.entries(request.linker.env))),
      ...options.env,
      ...settings.env,
      ...Object.fromEntries(requests.flatMap((request) => Object.entries(request.settings.compilerEnv))),
    },
    requests,
  };
}

/**
 * The arguments with which cargo itself is asked what an invocation would compile, whatever will run: it knows no
 * subcommand of others and no glibc version behind a target, and keep-going plans nothing.
 */
export function planArguments([, ...args]: readonly string[]): string[] {
  const plain = args.map((arg, index) =>
    args[index - 1] === '--target' ? arg.replace(/\.\d+\.\d+$/, '') : arg,
  );
  return ['build', ...plain.filter((arg) => arg !== '--keep-going')];
}

function packageSpec({ package: pkg }: BuildRequest): string {
  // Ids are package specifications since cargo 1.77, and unlike names they cannot be ambiguous.
  return pkg.id.includes('#') ? pkg.id : `${pkg.name}@${pkg.version}`;
}
