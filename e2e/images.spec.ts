import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerRegistry } from './container-registry.ts';
import { nxEnvironment, outcomes, Workspace } from './workspace.ts';

const layout = 'artifacts/images/team-app';
const program = (answer: string) =>
  `package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() { fmt.Println("${answer}", os.Getuid(), os.Args[1:]) }\n`;
const hasDocker = spawnSync('docker', ['version']).status === 0;
const isCi = process.env.CI !== undefined;

// The commands of docs/guides/images.md, as printed, apart from the name of the registry.
describe.runIf(ContainerRegistry.isInstalled() || isCi)('the guide to images', () => {
  let registry: ContainerRegistry;
  let origin: Workspace;
  let clone: Workspace;
  let image: string;

  beforeAll(async () => {
    registry = await ContainerRegistry.start();
    image = `${registry.host}/team/app:latest`;
    const files = {
      'app/go.mod': 'module example.org/app\n\ngo 1.24\n',
      'app/main.go': program('it runs'),
      'config.yaml': 'a: 1\n',
    };
    const extended = {
      name: `${registry.host}/team/extended`,
      base: image,
      binaries: ['artifacts/{platform}/app'],
      files: [{ source: 'config.yaml', path: '/etc/app/config.yaml' }],
      user: 'app',
      attestations: 'inline',
    };
    origin = new Workspace(
      { ...files, 'extended/package.json': '{"name":"extended"}' },
      undefined,
      undefined,
      [
        { plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'linux/arm64'] } },
        { plugin: '@millwright/oci', options: { images: { extended } } },
      ],
    );
  });
  afterAll(() => {
    spawnSync('docker', ['image', 'rm', '--force', image, 'oci-dockerfile-test']);
    registry[Symbol.dispose]();
    origin.remove();
    clone.remove();
  });

  function shell(command: string): string {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', command], {
      cwd: origin.folder,
      env: nxEnvironment({ MILLWRIGHT_REGISTRY: undefined }),
      encoding: 'utf8',
    });
    expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
    return stdout + stderr;
  }
  const indexOf = (workspace: Workspace) => workspace.read(`${layout}/index.json`);

  it('describes an image of a project', () => {
    shell(`npx nx g @millwright/oci:image app --name=${registry.host}/team/app`);
    expect(JSON.parse(origin.read('nx.json'))).toMatchObject({
      plugins: [
        { plugin: '@millwright/go' },
        { options: { images: { extended: {}, app: { name: `${registry.host}/team/app`, user: 'app' } } } },
      ],
    });
    origin.commit();
    clone = origin.clone();
  });

  it('builds the same image in every clone, and restores it', () => {
    shell('npx nx run app:oci-image');
    expect(clone.nx(['run', 'app:oci-image', '--skip-nx-cache']).status).toBe(0);
    expect(indexOf(clone)).toBe(indexOf(origin));
    origin.delete('artifacts');
    const { output } = origin.nx(['run', 'app:oci-image']);
    expect(outcomes(output)['app:oci-image']).toBe('cached');
    expect(indexOf(origin)).toBe(indexOf(clone));
  });

  it.runIf(hasDocker || isCi)('loads it into Docker, where it runs as its user', () => {
    expect(shell('npx nx run app:oci-load')).toContain(`Loaded image: ${image}`);
    expect(shell(`docker run --rm ${image} --flag`)).toBe('it runs 65532 [--flag]\n');
    shell(`docker image rm --force ${image}`);
    // The folder itself is an archive of `docker save`, too.
    expect(shell(`tar -C ${layout} -c . | docker load`)).toContain(`Loaded image: ${image}`);
  });

  it('pushes it, and verifies what the registry has', () => {
    expect(shell('npx nx run app:oci-push')).toMatch(/^latest {2}sha256:\w+ {2}pushed$/m);
    expect(shell('npx nx run app:oci-verify')).toMatch(/: \d+ checks passed$/m);
  });

  it('skopeo copies all platforms of the folder, and pulls the same manifest by its digest', () => {
    shell(`skopeo copy --all oci:${layout}:latest dir:copy`);
    const inspect = (...args: string[]) => execFileSync('skopeo', ['inspect', ...args], { encoding: 'utf8' });
    const source = `docker://${registry.host}/team/app`;
    const flags = ['--tls-verify=false', '--raw'];
    const index = inspect(...flags, `${source}:latest`);
    expect(index).toBe(origin.read('copy/manifest.json'));
    const { manifests } = JSON.parse(index) as {
      manifests: { digest: string; platform: { architecture: string } }[];
    };
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    for (const { digest, platform } of manifests) {
      const config = inspect('--tls-verify=false', '--config', `${source}@${digest}`);
      expect(JSON.parse(config)).toMatchObject({ architecture: platform.architecture, os: 'linux' });
    }
    origin.delete('copy');
  });

  it('extends the image that its tag named when the base was pinned', () => {
    shell('npx nx run extended:oci-base-update');
    expect(shell('npx nx run extended:oci-push')).toContain('mounted from the repository of the base');
    const layers = (name: string) =>
      (
        JSON.parse(
          shell(`skopeo inspect --tls-verify=false docker://${registry.host}/team/${name}:latest`),
        ) as {
          Layers: string[];
        }
      ).Layers;
    expect(layers('extended').slice(0, 2)).toEqual(layers('app'));
    expect(layers('extended')).toHaveLength(4);
  });

  it.runIf(hasDocker || isCi)('buildx reads the provenance in the index of an image', () => {
    const inspect = `docker buildx imagetools inspect ${registry.host}/team/extended:latest`;
    const provenance = JSON.parse(shell(`${inspect} --format '{{json .Provenance}}'`)) as object;
    const ofBinary = { SLSA: { buildDefinition: { buildType: 'urn:millwright:build:go:v1' } } };
    expect(provenance).toMatchObject({ 'linux/amd64': ofBinary, 'linux/arm64': ofBinary });
  });

  it.runIf(hasDocker || isCi)('writes a Dockerfile that copies the binary', () => {
    shell('npx nx g @millwright/oci:dockerfile app');
    shell('npx nx run app:build');
    shell('docker buildx build --file app/Dockerfile --tag oci-dockerfile-test .');
    expect(shell('docker run --rm oci-dockerfile-test')).toBe('it runs 65532 []\n');
  });

  it('pushes only the images that a change affects', () => {
    origin.commit();
    const before = indexOf(origin);
    origin.write('app/main.go', program('it changed'));
    expect(shell('npx nx affected -t oci-push')).not.toContain('extended:oci-push');
    const inspect = `skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://${image}`;
    expect(indexOf(origin)).toContain(shell(inspect).trim());
    expect(indexOf(origin)).not.toBe(before);
  });
});
