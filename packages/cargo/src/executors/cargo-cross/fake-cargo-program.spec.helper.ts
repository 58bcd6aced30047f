import type { CargoPackage } from '../../cargo-cli/metadata.js';

/** The outcome of the next build of the fake cargo; by default it builds everything. */
export interface FakeBuild {
  /** Printed to standard error. */
  readonly log?: string;
  /** The packages that do not compile. */
  readonly failing?: readonly string[];
  /** The packages that are not built because a dependency does not compile. */
  readonly missing?: readonly string[];
  /** Whether cargo fails without building anything. */
  readonly fails?: boolean;
}

export interface FakeAnswers {
  readonly root: string;
  readonly packages: readonly CargoPackage[];
  readonly units: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** A program of the host, copied as every built binary. */
  readonly binary: string;
  builds: readonly FakeBuild[];
  failsPlans?: boolean;
}

/** The program of the fake cargo. It is serialised with `toString`, so it must not use anything outside its body. */
export function fakeCargo(home: string): void {
  const {
    appendFileSync,
    readFileSync: read,
    writeFileSync: write,
    mkdirSync: make,
    copyFileSync,
  } = process.getBuiltinModule('node:fs');
  const answers = JSON.parse(read(`${home}/answers.json`, 'utf8')) as FakeAnswers;
  const args = process.argv.slice(2);
  appendFileSync(`${home}/calls`, `${JSON.stringify({ args, env: process.env })}\n`);
  const print = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const valuesOf = (option: string) => args.filter((_, index) => args[index - 1] === option);
  const target = `${answers.root}/target`;
  const requested = answers.packages.filter(({ id }) => valuesOf('--package').includes(id));
  const features = valuesOf('--features').flatMap((text) => text.split(','));
  const targetsOf = (pkg: CargoPackage) =>
    pkg.targets.filter(
      (one) =>
        (valuesOf('--bin').length === 0 || valuesOf('--bin').includes(one.name)) &&
        (one['required-features'] ?? []).every((feature) => features.includes(`${pkg.name}/${feature}`)),
    );
  if (args[0] === 'metadata') {
    print({ packages: answers.packages, workspace_root: answers.root, target_directory: target });
    return;
  }
  if (args.includes('--unit-graph')) {
    if (answers.failsPlans === true) {
      process.exitCode = 101;
      return;
    }
    const unit = (pkg_id: string, of: object, own: readonly string[]) => ({
      pkg_id,
      target: of,
      platform: null,
      mode: 'build',
      profile: { lto: 'false' },
      features: own,
      dependencies: [],
    });
    const roots = requested.flatMap((pkg) => targetsOf(pkg).map((one) => unit(pkg.id, one, [])));
    const shared = requested.flatMap(({ name }) =>
      Object.entries(answers.units[name] ?? {}).map(([crate, own]) =>
        unit(crate, { name: crate, kind: ['lib'], crate_types: ['lib'] }, own),
      ),
    );
    print({ version: 1, units: [...roots, ...shared], roots: roots.map((_, index) => index) });
    return;
  }
  const [build = {}, ...builds] = answers.builds;
  write(`${home}/answers.json`, JSON.stringify({ ...answers, builds }));
  process.stderr.write(build.log ?? '');
  const reached = requested.filter(
    ({ name }) => build.fails !== true && build.missing?.includes(name) !== true,
  );
  for (const pkg of reached) {
    if (build.failing?.includes(pkg.name) === true) {
      const message = { level: 'error', message: 'mismatched types', rendered: `error: in ${pkg.name}\n` };
      print({ reason: 'compiler-message', package_id: pkg.id, message });
      continue;
    }
    const triples = valuesOf('--target');
    for (const folder of triples.length === 0 ? [target] : triples.map((triple) => `${target}/${triple}`)) {
      make(`${folder}/release`, { recursive: true });
      for (const one of targetsOf(pkg)) {
        const executable = `${folder}/release/${one.name}`;
        copyFileSync(answers.binary, executable);
        print({
          reason: 'compiler-artifact',
          package_id: pkg.id,
          target: one,
          filenames: [executable],
          executable,
          fresh: false,
        });
      }
    }
  }
  if (build.fails === true || (build.failing ?? []).length > 0) process.exitCode = 101;
}
