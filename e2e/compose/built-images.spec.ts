import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, docker, isGone, leftovers, runImage } from './engine.ts';
import { mill, MillWorkspace, service, tooNew } from './mill.ts';

let workspace: MillWorkspace | undefined;
afterEach(() => {
  if (workspace) docker('image', 'rm', '--force', `${workspace.projectName}-grinder`, 'mill-of-the-test');
  workspace?.remove();
});

/** Returns a stack whose image is built from the folder `image`. */
function fresh(name = '', dockerfile = `FROM ${runImage}\nRUN true\n`): MillWorkspace {
  workspace = new MillWorkspace({ grinder: service().replace(/image: .*/, `build: ../image${name}`) });
  workspace.write('image/Dockerfile', dockerfile);
  workspace.write('image/.dockerignore', '*\n');
  return workspace;
}

describeWithEngine('an image that the stack builds', () => {
  it.each(['', '\n    image: mill-of-the-test'])(
    'is built by up, and checked before the start',
    async (name) => {
      const one = fresh(name);
      one.place(mill());
      expect(one.nx(['run', 'stack:check']).output).toContain('up checks it after it builds the image');
      const running = one.run(['run', 'stack:up']);
      await running.isUp();
      expect(running.output).toContain('building the images of grinder');
      const image = name === '' ? `${one.projectName}-grinder` : 'mill-of-the-test';
      expect(running.output).toContain(`→ grinder (x86_64, glibc 2.34; ${image}, glibc 2.36)`);
      await running.interrupt();
      await isGone(one.projectName);

      one.place(tooNew());
      for (const target of ['check', 'up']) {
        const { status, output } = one.nx(['run', `stack:${target}`]);
        expect(status).not.toBe(0);
        expect(output).toContain(
          `error[MOUNT_GLIBC_TOO_NEW]: artifacts/linux/amd64/mill requires glibc 2.99, but ${image} has`,
        );
        expect(leftovers(one.projectName)).toEqual([]);
      }
    },
  );

  it('is rejected if it cannot be built', () => {
    const one = fresh('', `FROM ${runImage}\nRUN echo no grain left >&2; false\n`);
    one.place(mill());
    const { status, output } = one.nx(['run', 'stack:up']);
    expect(status).not.toBe(0);
    expect(output).toContain('no grain left');
    expect(output).toContain('error[IMAGE_BUILD_FAILED]: failed to build the image for grinder in stack');
    expect(leftovers(one.projectName)).toEqual([]);
  });
});

describeWithEngine('a configuration that runs the image of a project in place of its mount', () => {
  it('loads the image that Nx built, and mounts nothing', async () => {
    const name = 'millwright-e2e-mill';
    const images = { mill: { name, platforms: ['linux/amd64'] } };
    const plugins = ['@millwright/compose', { plugin: '@millwright/oci', options: { images } }];
    workspace = new MillWorkspace({ grinder: service('idle') }, {}, plugins);
    workspace.place(mill('one', 'cc', '-static'));
    workspace.write(
      'stack/compose.images.yaml',
      'x-millwright: { mounts: [{ project: mill, services: [grinder], path: /opt/mill, image: true }] }\n' +
        `services: { grinder: { image: "${name}:latest", command: [idle] } }\n`,
    );
    const running = workspace.run(['run', 'stack:up:images']);
    await running.isUp();
    const facts = docker(
      'inspect',
      '--format',
      '{{.Config.Image}} {{.Mounts}}',
      `${workspace.projectName}-grinder-1`,
    );
    expect(facts.trim()).toBe(`${name}:latest []`);
    await running.interrupt();
    await isGone(workspace.projectName);
    docker('image', 'rm', '--force', name);
  });
});
