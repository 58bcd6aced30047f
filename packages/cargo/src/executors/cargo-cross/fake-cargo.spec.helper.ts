import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext, ProjectGraph, Task } from '@nx/devkit';
import { hostPlatform, onPath, tripleOf } from '@millwright/toolkit';
import { vi } from 'vitest';
import type { CargoPackage } from '../../cargo-cli/metadata.js';
import { type FakeAnswers, type FakeBuild, fakeCargo } from './fake-cargo-program.spec.helper.js';
import { packageWith } from './plan/request.spec.helper.js';
import { graphOf } from './tasks.spec.helper.js';

/** The triple of the host. */
export const hostTriple = tripleOf(hostPlatform().platform);

/**
 * A Cargo workspace on disk with a fake toolchain. Its cargo compiles nothing, gives prepared answers and records its
 * calls.
 */
export class FakeWorkspace implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'fake-cargo-')));
  private readonly answers: FakeAnswers;

  constructor(
    crates: Readonly<Record<string, Partial<CargoPackage>>>,
    /** The features of dependencies, by package and dependency. */
    units: FakeAnswers['units'] = {},
  ) {
    const packages = Object.entries(crates).map(([name, change]) => packageWith(name, this.root, change));
    this.answers = { root: this.root, packages, units, builds: [], binary: realpathSync('/bin/true') };
    this.write('Cargo.toml', '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n');
    this.write(
      'Cargo.lock',
      'version = 4\n[[package]]\nname = "serde"\nversion = "1.0.0"\nsource = "registry"\n',
    );
    for (const { name, version } of packages) {
      this.write(
        `crates/${name}/Cargo.toml`,
        `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n`,
      );
      this.write(`crates/${name}/src/main.rs`, 'fn main() {}\n');
    }
    this.program(
      'toolchain/bin/cargo',
      `#!${process.execPath}\n(${fakeCargo.toString()})(${JSON.stringify(this.path('toolchain'))});\n`,
    );
    this.program('toolchain/bin/rustc', '#!/bin/sh\necho "rustc 1.90.0"\n');
    this.program('toolchain/bin/cc', '#!/bin/sh\n');
    this.library(hostTriple);
    const [git] = onPath('git', process.env);
    if (git !== undefined) symlinkSync(git, this.path('toolchain/bin/git'));
    // Hide the host's toolchains and linkers.
    vi.stubEnv('PATH', this.path('toolchain/bin'));
    vi.stubEnv('CARGO_HOME', this.path('toolchain/home'));
    vi.stubEnv('RUSTUP_HOME', this.path('toolchain/rustup'));
    this.save();
  }

  path(relative: string): string {
    return join(this.root, relative);
  }

  write(relative: string, text: string): void {
    mkdirSync(dirname(this.path(relative)), { recursive: true });
    writeFileSync(this.path(relative), text);
  }

  /** Writes an executable file. */
  program(relative: string, text: string): void {
    this.write(relative, text);
    chmodSync(this.path(relative), 0o755);
  }

  /** Installs the standard library of a triple in the toolchain. */
  library(triple: string): void {
    this.write(`toolchain/lib/rustlib/${triple}/lib/libcore-0.rlib`, '');
  }

  /** Sets the outcomes of the next builds. */
  next(...builds: readonly FakeBuild[]): void {
    this.answers.builds = builds;
    this.save();
  }

  /** Returns the arguments of all builds, without calls for plans and metadata. */
  built(): (readonly string[])[] {
    return this.calls().filter(isBuild);
  }

  /** Returns the arguments of all calls for a plan. */
  planned(): (readonly string[])[] {
    return this.calls().filter((args) => args.includes('--unit-graph'));
  }

  /** Returns the arguments of all calls of `cargo metadata`. */
  metadataCalls(): (readonly string[])[] {
    return this.calls().filter((args) => args[0] === 'metadata');
  }

  /** Makes all calls for a plan fail. */
  failPlans(): void {
    this.answers.failsPlans = true;
    this.save();
  }

  /** Returns the environments of all builds. */
  environments(): NodeJS.ProcessEnv[] {
    return this.started()
      .filter(({ args }) => isBuild(args))
      .map(({ env }) => env);
  }

  private calls(): (readonly string[])[] {
    return this.started().map(({ args }) => args);
  }

  private started(): { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv }[] {
    const path = this.path('toolchain/calls');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ReturnType<FakeWorkspace['started']>[number]);
  }

  /** Returns an executor context for the tasks. */
  context(
    tasks: readonly Task[],
    targets: Readonly<Record<string, object>> = { build: {} },
    dependencies: Readonly<Record<string, readonly string[]>> = {},
  ): ExecutorContext {
    const names = this.answers.packages.map(({ name }) => name);
    const data = (name: string) => ({
      root: `crates/${name}`,
      targets: Object.fromEntries(
        Object.entries(targets).map(([target, own]) => [
          target,
          { executor: '@millwright/cargo:cargo-cross', ...own },
        ]),
      ),
    });
    const projectGraph: ProjectGraph = {
      nodes: Object.fromEntries(names.map((name) => [name, { name, type: 'app', data: data(name) }])),
      dependencies: Object.fromEntries(
        names.map((name) => [
          name,
          (dependencies[name] ?? []).map((target) => ({ source: name, target, type: 'static' })),
        ]),
      ),
    };
    return {
      root: this.root,
      cwd: this.root,
      isVerbose: false,
      projectsConfigurations: {
        version: 2,
        projects: Object.fromEntries(names.map((name) => [name, data(name)])),
      },
      nxJsonConfiguration: {},
      projectGraph,
      taskGraph: graphOf(tasks),
    };
  }

  [Symbol.dispose](): void {
    vi.unstubAllEnvs();
    rmSync(this.root, { recursive: true, force: true });
  }

  private save(): void {
    this.write('toolchain/answers.json', JSON.stringify(this.answers));
  }
}

function isBuild(args: readonly string[]): boolean {
  return args[0] !== 'metadata' && !args.includes('--unit-graph');
}
