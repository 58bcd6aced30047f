import { type ChildProcess, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isolatedPlugins, manifest, type NxResult, Workspace } from '../workspace.ts';

const client = 'clients/mill/api/mill.gen.go';

const openapi = (variant: number) => `openapi: 3.0.3
info: { title: Mill, version: "1" }
paths:
  /sacks:
    get:
      operationId: listSacks${variant}
      responses: { "200": { description: ok } }
`;

interface Sources {
  readonly variant: number;
  readonly code: string;
  readonly description: string;
}

/** A workspace with Rust, Go and a generated client, whose results and temporary files can be counted. */
export class KilledWorkspace {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'kills-'));
  private readonly workspace: Workspace;
  private readonly environment: Readonly<Record<string, string>>;

  constructor() {
    const goCache = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim();
    const temporary = join(this.scratch, 'tmp');
    mkdirSync(temporary);
    // A separate cache and temporary folder, in which leftovers can be counted.
    this.environment = { XDG_CACHE_HOME: join(this.scratch, 'cache'), GOCACHE: goCache, TMPDIR: temporary };
    const platforms = ['linux/amd64'];
    this.workspace = new Workspace(
      {
        'Cargo.toml': '[workspace]\nmembers = ["app", "base"]\nresolver = "2"\n',
        'app/Cargo.toml': manifest('app', '[dependencies]\nbase = { path = "../base" }\n'),
        'app/src/main.rs': 'fn main() { println!("{}", base::VARIANT); }\n',
        'base/Cargo.toml': manifest('base'),
        'base/src/lib.rs': '',
        'hello/go.mod': 'module example.org/hello\n\ngo 1.25\n',
        'hello/main.go': '',
        // Go's build ID distinguishes sources that differ only in comments.
        'hello/project.json': '{"targets":{"build-linux-amd64":{"options":{"ldflags":"-buildid="}}}}',
        'hello/main_test.go': 'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n',
        'server/project.json': '{"name":"server"}',
        'server/openapi.yaml': openapi(0),
      },
      undefined,
      undefined,
      [
        { plugin: '@millwright/cargo', options: { platforms } },
        { plugin: '@millwright/go', options: { platforms } },
      ],
    );
  }

  remove(): void {
    this.workspace.remove();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** Writes the sources of a variant. `code` and `description` change inputs without changing results. */
  write({ variant, code, description }: Sources): void {
    this.workspace.write('base/src/lib.rs', `pub const VARIANT: u32 = ${variant};\n// ${code}\n`);
    this.workspace.write(
      'hello/main.go',
      `package main\n\nfunc main() { println(${variant}) }\n\n// ${code}\n`,
    );
    this.workspace.write('server/openapi.yaml', `${openapi(variant)}# ${description}\n`);
  }

  commit(): void {
    this.workspace.commit();
  }

  discardTarget(): void {
    rmSync(this.workspace.path('target'), { recursive: true, force: true });
  }

  discardResults(): void {
    for (const path of ['artifacts', client]) {
      rmSync(this.workspace.path(path), { recursive: true, force: true });
    }
  }

  /**
   * Returns the digests of all outputs, except those that differ between builds, which must be complete
   * JSON.
   */
  results(): Map<string, string> {
    const artifacts = filesBelow(this.workspace.path('artifacts')).filter((path) => !isTemporary(path));
    const found = new Map<string, string>();
    for (const path of [...artifacts, this.workspace.path(client)]) {
      const name = relative(this.workspace.folder, path);
      const bytes = readFileSync(path);
      if (name.endsWith('.metrics.json')) JSON.parse(bytes.toString());
      else if (!name.endsWith('.lock')) found.set(name, digest(bytes));
    }
    return found;
  }

  /** Returns Millwright's temporary files and folders, without the contents of such folders. */
  leftovers(): string[] {
    const places = ['artifacts', 'clients', 'target', '.nx'].map((path) => this.workspace.path(path));
    const inFolders = [...places, join(this.scratch, 'cache')].flatMap(filesBelow).filter(isTemporary);
    const temporary = readdirSync(join(this.scratch, 'tmp')).filter((name) => name.startsWith('millwright-'));
    return [...inFolders, ...temporary.map((name) => join(this.scratch, 'tmp', name))];
  }

  /** Starts targets in a process group. */
  start(names: string): ChildProcess {
    return this.workspace.start(['run-many', '-t', names], {
      ...this.environment,
      ...isolatedPlugins,
    });
  }

  runTargets(names: string): NxResult {
    return this.workspace.nx(['run-many', '-t', names], this.environment);
  }

  mustRun(args: readonly string[]): void {
    const { status, output } = this.workspace.nx(args, this.environment);
    if (status !== 0) throw new Error(`nx ${args.join(' ')} failed: ${output}`);
  }
}

function isTemporary(path: string): boolean {
  return path.endsWith('.tmp');
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  } catch {
    return [];
  }
}
