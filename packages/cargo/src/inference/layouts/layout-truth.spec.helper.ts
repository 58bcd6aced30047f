import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { expandFilesInput, matchGlobPaths } from 'nx/src/native/index.js';
import { inferProjects } from '../infer.js';
import { parseDepInfo } from '../../source-scan/dep-info.js';
import { type Layout, filesNeverRead } from './layout.spec.helper.js';

/** Files of the repository that were read: resolved paths, and paths as the compiler records them. */
export interface Reads {
  readonly real: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** The inputs of a task. */
export interface Inputs {
  readonly files: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** A layout on disk: finds the files that a clean build reads, and the inputs of inferred tasks. */
export class LayoutOnDisk {
  readonly folder: string;

  constructor(private readonly layout: Layout) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'millwright-layout-')));
    const files = { '.gitignore': 'target\n', ...filesNeverRead, ...layout.files };
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    layout.prepare?.(this.folder);
    this.run('git', 'init', '--quiet');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Returns the reads that rustc recorded in a clean build of the tool. @param args cargo's arguments */
  reads(...args: readonly string[]): Reads {
    const target = mkdtempSync(join(tmpdir(), 'millwright-layout-target-'));
    try {
      this.cargo(target, ...args);
      const infos = depInfos(target).map((path) => parseDepInfo(readFileSync(path, 'utf8')));
      const workspace = join(this.folder, this.layout.workspace ?? '.');
      // Do not use join(): it would resolve `..` without following links.
      const absolute = infos
        .flatMap(({ files }) => files)
        .map((path) => (path.startsWith('/') ? path : `${workspace}/${path}`));
      return {
        real: this.inside(absolute.flatMap(realPathOf)),
        written: this.inside(absolute),
        variables: new Set(infos.flatMap(({ variables }) => [...variables.keys()])),
      };
    } finally {
      rmSync(target, { recursive: true, force: true });
    }
  }

  /** Returns the paths inside the repository, relative to it. */
  private inside(paths: readonly string[]): Set<string> {
    return new Set(paths.map((path) => relative(this.folder, path)).filter((path) => !path.startsWith('..')));
  }

  /** Returns the output of the tool after a clean build. */
  printed(): string {
    const target = mkdtempSync(join(tmpdir(), 'millwright-layout-target-'));
    try {
      this.cargo(target, 'build', '--bin', 'tool');
      return execFileSync(join(target, 'debug/tool'), { encoding: 'utf8' });
    } finally {
      rmSync(target, { recursive: true, force: true });
    }
  }

  private cargo(target: string, ...args: readonly string[]): void {
    execFileSync('cargo', [...args, '--package', 'tool', '--offline', '--quiet', '--target-dir', target], {
      cwd: join(this.folder, this.layout.workspace ?? '.'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Returns the inputs of a target of the tool, matched as Nx does. */
  async inputs(target: string): Promise<Inputs> {
    const files = this.visible();
    const manifests = files.filter((path) => /(^|\/)Cargo\.toml$/.test(path));
    const results = await inferProjects(
      manifests,
      { platforms: ['linux/amd64'] },
      {
        workspaceRoot: this.folder,
        nxJsonConfiguration: {},
      },
    );
    const projects = results.flatMap(([, { projects: found }]) =>
      Object.entries(found ?? {}).map(([root, project]): ProjectConfiguration => ({ ...project, root })),
    );
    const tool = projects.find((project) => project.name === 'tool');
    const inputConfigurations = (tool?.targets?.[target]?.inputs ?? []).map(
      (input) => (typeof input === 'string' ? { fileset: input } : input) as ConfiguredInput,
    );
    const patterns = inputConfigurations.flatMap(({ fileset, includeIgnored = false }) => {
      return fileset === undefined ? [] : [{ fileset, includeIgnored }];
    });
    const globs = (ignored: boolean) =>
      patterns
        .filter(
          ({ includeIgnored, fileset }) =>
            includeIgnored === ignored && fileset.startsWith('{workspaceRoot}/'),
        )
        .map(({ fileset }) => fileset.slice('{workspaceRoot}/'.length));
    const plain = globs(false);
    const matches = plain.length === 0 ? [] : matchGlobPaths(plain, files);
    const ignored = globs(true);
    const roots = projects.map(({ root }) => root);
    const projectFolders = inputConfigurations.flatMap(({ fileset, projects: named = [] }) => [
      ...(fileset === '{projectRoot}/**/*' && tool ? [tool.root] : []),
      ...projects.flatMap(({ name, root }) => (named.includes(name ?? '') ? [root] : [])),
    ]);
    const found = [
      ...files.filter((path) => projectFolders.includes(nearest(path, roots))),
      ...files.filter((_, index) => matches[index]),
      ...(ignored.length === 0 ? [] : expandFilesInput(this.folder, ignored, roots)),
    ];
    return { files: new Set(found), variables: new Set(inputConfigurations.flatMap(({ env }) => env ?? [])) };
  }

  /** Returns the files that Nx sees: all that git does not ignore, including nested repositories. */
  visible(): string[] {
    const found: string[] = [];
    const visit = (folder: string): void => {
      for (const entry of readdirSync(join(this.folder, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.name === '.git') continue;
        if (entry.isDirectory()) visit(path);
        else found.push(path);
      }
    };
    visit('.');
    const ignored = new Set(this.ignored(found));
    return found.filter((path) => !ignored.has(path));
  }

  private ignored(paths: readonly string[]): string[] {
    const { stdout } = spawnSync('git', ['check-ignore', '--stdin', '--no-index', '-z'], {
      cwd: this.folder,
      input: paths.join('\0'),
      encoding: 'utf8',
    });
    return stdout.split('\0');
  }

  private run(program: string, ...args: readonly string[]): void {
    execFileSync(program, args, { cwd: this.folder, stdio: 'ignore' });
  }
}

/** Returns the folder of the project to which Nx assigns a file. */
function nearest(path: string, roots: readonly string[]): string {
  const above = roots.filter((root) => root === '.' || path.startsWith(`${root}/`));
  return above.sort((a, b) => b.length - a.length)[0] ?? '';
}

interface ConfiguredInput {
  readonly fileset?: string;
  readonly includeIgnored?: boolean;
  readonly env?: string;
  readonly projects?: readonly string[];
}

function depInfos(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.d'))
    .map((path) => join(folder, path));
}

function realPathOf(path: string): string[] {
  try {
    return [realpathSync.native(path)];
  } catch {
    return [];
  }
}
