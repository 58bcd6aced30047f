import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerRegistry } from '../../e2e/container-registry.ts';
import { repository } from '../../e2e/workspace.ts';
import { executorProgram, program, provenanceOf, registryProgram } from './sources.ts';

const architectures = ['amd64', 'arm64'] as const;
const name = 'millwright.example/team/app';
const craneVersion = 'v0.22.1';

/** Where the attestations of the image are. */
export type Kind = 'referrers' | 'inline';

export interface ReaderCase {
  readonly what: string;
  readonly run: () => Promise<string> | string;
}

/** Builds an image, and lets engines, registries and tools read it. */
export class Readers {
  readonly #root = mkdtempSync(join(tmpdir(), 'millwright-readers-'));
  readonly #pids: number[] = [];

  close(): void {
    for (const pid of this.#pids) process.kill(pid);
    rmSync(this.#root, { recursive: true, force: true });
  }

  cases(kind: Kind): ReaderCase[] {
    const containerd = process.env.MILLWRIGHT_CONTAINERD_DOCKER_HOST;
    const engine = (what: string, program: 'docker' | 'podman', env: NodeJS.ProcessEnv = {}) => [
      { what: `${what}, oci-load`, run: () => this.#answer(kind, program, env, 'load') },
      { what: `${what}, the folder in a tar archive`, run: () => this.#answer(kind, program, env, 'folder') },
    ];
    return [
      ...engine('docker, classic store', 'docker'),
      ...engine('docker, containerd store', 'docker', { DOCKER_HOST: containerd ?? 'unix:///not-set' }),
      ...engine('podman', 'podman'),
      ...architectures.map((architecture) => ({
        what: `skopeo and umoci, ${architecture}`,
        run: () => this.#unpack(kind, architecture),
      })),
      { what: 'buildah', run: () => this.#buildah(kind) },
      { what: 'crane, from the folder to docker-registry', run: () => this.#crane(kind) },
      { what: 'docker-registry, read by skopeo', run: () => this.#registry(kind, 'debian') },
      { what: 'registry of go-containerregistry, read by skopeo', run: () => this.#registry(kind, 'go') },
    ].map(({ what, run }) => ({ what: kind === 'inline' ? `${what}, inline attestations` : what, run }));
  }

  /** Builds the program and its image, unless a case before has. Returns the folder of the image. */
  #image(kind: Kind): string {
    const layout = join(this.#root, kind);
    const source = join(this.#root, 'source');
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'go.mod'), 'module example.org/app\n\ngo 1.24\n');
    writeFileSync(join(source, 'main.go'), program);
    for (const GOARCH of architectures) {
      const output = join(this.#root, `artifacts/linux/${GOARCH}/app`);
      const env = { GOARCH, CGO_ENABLED: '0' };
      this.#run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', output, '.'], { cwd: source, env });
      const sha256 = this.#run('sha256sum', [output]).slice(0, 64);
      writeFileSync(`${output}.provenance.json`, provenanceOf(sha256));
    }
    this.#execute('oci-image', kind, name);
    return layout;
  }

  #answer(kind: Kind, engine: string, env: NodeJS.ProcessEnv, way: 'load' | 'folder'): string {
    const layout = this.#image(kind);
    if (way === 'load') this.#execute('oci-load', kind, name, { engine }, env);
    else {
      const archive = join(this.#root, 'image.tar');
      this.#run('tar', ['-C', layout, '-cf', archive, '.']);
      this.#run(engine, ['load', '--input', archive], { env });
    }
    const image = `${name}:latest`;
    const id = this.#run(engine, ['run', '--detach', '--rm', '--network=host', image, '18734'], { env });
    try {
      const curl = ['--silent', '--show-error', '--retry-connrefused', '--retry', '20', '--retry-delay', '1'];
      return this.#run('curl', [...curl, 'http://127.0.0.1:18734/']);
    } finally {
      this.#run(engine, ['kill', id], { env });
      this.#run(engine, ['image', 'rm', '--force', image], { env });
    }
  }

  #unpack(kind: Kind, architecture: string): string {
    const layout = this.#image(kind);
    const [copy, bundle] = [join(this.#root, 'copy'), join(this.#root, 'bundle')];
    for (const folder of [copy, bundle]) rmSync(folder, { recursive: true, force: true });
    const override = `--override-arch=${architecture}`;
    this.#run('skopeo', ['copy', '--quiet', override, `oci:${layout}:latest`, `oci:${copy}:latest`]);
    this.#run('umoci', ['unpack', '--rootless', '--image', `${copy}:latest`, bundle]);
    const original = join(this.#root, `artifacts/linux/${architecture}/app`);
    this.#run('cmp', [join(bundle, 'rootfs/usr/local/bin/app'), original]);
    const { process: started } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
      process: { args: string[]; user: { uid: number } };
    };
    return `the same binary; ${started.args.join(' ')} as ${started.user.uid}`;
  }

  #buildah(kind: Kind): string {
    this.#image(kind);
    const storage = ['--storage-driver', 'vfs', '--root', join(this.#root, 'buildah')];
    const container = this.#run('buildah', [...storage, 'from', `oci:${kind}:latest`]);
    const format = '{{.OCIv1.Architecture}}, {{.OCIv1.Config.Entrypoint}} as {{.OCIv1.Config.User}}';
    return this.#run('buildah', [...storage, 'inspect', '--format', format, container]);
  }

  async #crane(kind: Kind): Promise<string> {
    const layout = this.#image(kind);
    const crane = this.#goTools('crane');
    using registry = await ContainerRegistry.start();
    const image = `${registry.host}/app:latest`;
    this.#run(crane, ['push', layout, image]);
    const found = architectures.map((architecture) => {
      const platform = ['--platform', `linux/${architecture}`];
      // Not the index: crane takes no attestation of BuildKit for valid, because its layers are not file systems.
      this.#run(crane, ['validate', '--remote', image, ...platform]);
      const config = this.#run(crane, ['config', ...platform, image]);
      return (JSON.parse(config) as { architecture: string }).architecture;
    });
    return `valid; configurations of ${found.join(', ')}`;
  }

  async #registry(kind: Kind, which: 'debian' | 'go'): Promise<string> {
    this.#image(kind);
    using debian = which === 'debian' ? await ContainerRegistry.start() : undefined;
    const host = debian?.host ?? (await this.#goRegistry());
    const image = `${host}/team/app`;
    const pushed = this.#execute('oci-push', kind, image);
    const attached = pushed.match(/ {2}attached$/gm)?.length ?? 0;
    if (this.#execute('oci-push', kind, image).includes('uploaded')) throw new Error('blobs were sent again');
    this.#execute('oci-verify', kind, image);
    const inspect = ['inspect', '--tls-verify=false', '--raw'];
    const index = JSON.parse(this.#run('skopeo', [...inspect, `docker://${image}:latest`])) as {
      manifests: { digest: string }[];
    };
    for (const { digest } of index.manifests) {
      const copy = join(this.#root, `pulled-${digest.slice(7)}`);
      const source = `docker://${image}@${digest}`;
      this.#run('skopeo', ['copy', '--quiet', '--src-tls-verify=false', source, `dir:${copy}`]);
      const manifest = this.#run('sha256sum', [join(copy, 'manifest.json')]);
      if (!digest.endsWith(manifest.slice(0, 64))) throw new Error(`skopeo pulled another ${digest}`);
    }
    return `${index.manifests.length} manifests pulled by digest, ${attached} files attached`;
  }

  async #goRegistry(): Promise<string> {
    const child = spawn(this.#goTools('registry'), { stdio: ['ignore', 'pipe', 'ignore'] });
    if (child.pid !== undefined) this.#pids.push(child.pid);
    const [address] = (await once(child.stdout, 'data')) as [Buffer];
    return address.toString().trim();
  }

  /** Builds tools of go-containerregistry, which takes time only in the first case. */
  #goTools(tool: 'crane' | 'registry'): string {
    const folder = join(this.#root, 'go-tools');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'go.mod'), 'module example.org/registry\n\ngo 1.24\n');
    writeFileSync(join(folder, 'main.go'), registryProgram);
    const output = join(folder, 'bin', tool);
    const options = { cwd: folder, env: { GOFLAGS: '-mod=mod' } };
    this.#run('go', ['get', `github.com/google/go-containerregistry/cmd/crane@${craneVersion}`], options);
    const source = tool === 'crane' ? 'github.com/google/go-containerregistry/cmd/crane' : '.';
    this.#run('go', ['build', '-o', output, source], options);
    return output;
  }

  #execute(executor: string, kind: Kind, image: string, more: object = {}, env: NodeJS.ProcessEnv = {}) {
    const options = { name: image, binaries: ['app'], user: 'app', attestations: kind, outputPath: kind };
    const context = { root: this.#root, projectName: 'app', projectsConfigurations: { projects: {} } };
    const path = join(repository, `packages/oci/dist/executors/${executor}/executor.js`);
    const args = [path, JSON.stringify({ ...options, ...more }), JSON.stringify(context)];
    return this.#run(process.execPath, ['--input-type=module', '--eval', executorProgram, ...args], { env });
  }

  #run(command: string, args: readonly string[], { cwd = this.#root, env = {} }: Where = {}): string {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (status === 0) return stdout.trim();
    const why = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' | ');
    throw new Error(`${command} ${args[0] ?? ''}: ${why}`);
  }
}

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}
