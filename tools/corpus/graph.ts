import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TargetInputs {
  /** Relative to the repository. */
  readonly files: readonly string[];
  readonly variables: readonly string[];
}

/** A project as inferred by our plugins. */
export interface InferredProject {
  readonly name: string;
  readonly root: string;
  readonly targets: Readonly<Record<string, TargetInputs>>;
  /** The folders of the projects that it depends on. */
  readonly dependencies: readonly string[];
}

/** Returns the projects of a repository, inferred without cargo and go. */
export function inferredProjects(folder: string): InferredProject[] {
  const bin = mkdtempSync(join(tmpdir(), 'millwright-path-'));
  for (const program of ['git', 'sh']) {
    const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(bin, program));
  }
  const env = {
    PATH: bin,
    HOME: process.env.HOME,
    CARGO_HOME: join(bin, 'no-cargo'),
    NX_DAEMON: 'false',
    NX_ISOLATE_PLUGINS: 'false',
    NX_WORKSPACE_DATA_DIRECTORY: join(folder, '.nx/corpus/workspace-data'),
  };
  try {
    const output = execFileSync(process.execPath, [join(import.meta.dirname, 'inspect.mjs'), folder], {
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(output.slice(output.indexOf('['))) as InferredProject[];
  } finally {
    rmSync(bin, { recursive: true });
  }
}
