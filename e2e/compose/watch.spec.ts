import { chmodSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { manifest } from '../workspace.ts';
import { describeWithEngine, docker, isGone } from './engine.ts';
import { mill, MillWorkspace, type Running, service } from './mill.ts';

const main = (name: string, version: string) =>
  `fn main() { println!("${name} ${version}"); loop { std::thread::park(); } }\n`;

let workspace: MillWorkspace | undefined;
let running: Running | undefined;
afterEach(async () => {
  await running?.interrupt();
  workspace?.remove();
});

/** Two crates, each mounted into its own service, and a service without mounts. */
function fresh(): MillWorkspace {
  const runs = (name: string) => service().replace('[/opt/mill, serve]', `[/opt/${name}]`);
  const one = new MillWorkspace(
    { grinder: runs('mill'), sifter: runs('sieve'), bystander: runs('sieve') },
    {},
    [{ plugin: '@millwright/cargo', options: { platforms: ['linux/amd64'] } }, '@millwright/compose'],
  );
  const mounts = [
    '{ project: mill, services: [grinder], path: /opt/mill }',
    '{ project: sieve, services: [sifter, bystander], path: /opt/sieve }',
  ];
  one.write(
    'stack/compose.yaml',
    one.read('stack/compose.yaml').replace(/mounts: .*/, `mounts: [${mounts.join(', ')}]`),
  );
  one.delete('mill/project.json');
  one.write('Cargo.toml', '[workspace]\nmembers = ["mill", "sieve"]\nresolver = "2"\n');
  for (const name of ['mill', 'sieve']) {
    one.write(`${name}/Cargo.toml`, manifest(name));
    one.write(`${name}/src/main.rs`, main(name, 'one'));
  }
  one.cargo('generate-lockfile', '--offline');
  one.commit();
  return one;
}

const container = (name: string) => `${workspace?.projectName ?? ''}-${name}-1`;
const startedAt = (name: string) => docker('inspect', '--format', '{{.State.StartedAt}}', container(name));

describeWithEngine('watch', () => {
  it('builds changed projects, restarts the services that mount them, and keeps the others', async () => {
    workspace = fresh();
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    const before = ['sifter', 'bystander'].map(startedAt);
    workspace.write('mill/src/main.rs', main('mill', 'two'));
    await running.says('grinder ready');
    expect(docker('logs', container('grinder'))).toContain('mill two');
    expect(running.output).toMatch(/built in [\d.]+ s; restarting grinder\n/);
    expect(running.output).toMatch(/grinder ready [\d.]+ s after the change/);
    expect(['sifter', 'bystander'].map(startedAt)).toEqual(before);

    workspace.write('sieve/src/main.rs', 'fn main() { this does not compile }\n');
    await running.says('the build failed');
    expect(['sifter', 'bystander'].map(startedAt)).toEqual(before);

    workspace.write('sieve/src/main.rs', main('sieve', 'three'));
    await running.says('sifter, bystander ready');
    expect(docker('logs', container('bystander'))).toContain('sieve three');

    // A missing file must not prevent its build.
    const ready = running.output.length;
    workspace.delete('artifacts/linux/amd64/sieve');
    workspace.write('sieve/src/main.rs', main('sieve', 'four'));
    await running.says('sifter, bystander ready', ready);
    expect(docker('logs', container('bystander'))).toContain('sieve four');
    await running.interrupt();
    await isGone(workspace.projectName);
  });

  it('builds edits made during the start', async () => {
    workspace = fresh();
    running = workspace.run(['run', 'stack:watch']);
    await running.says('checking the mounted files');
    workspace.write('mill/src/main.rs', main('mill', 'two'));
    await running.says('grinder ready');
    expect(running.output).toMatch(/built in [\d.]+ s; restarting grinder\n/);
    expect(docker('logs', container('grinder'))).toContain('mill two');
  });

  it('builds again after an edit during a build', async () => {
    workspace = fresh();
    // A build that runs until the file `go-on` exists.
    workspace.write(
      'sieve/build.rs',
      `fn main() {
    std::fs::write("../target/begun", "").unwrap();
    while !std::path::Path::new("../target/go-on").exists() { std::thread::yield_now(); }
}
`,
    );
    workspace.write('target/go-on', '');
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    for (const name of ['begun', 'go-on']) workspace.delete(`target/${name}`);
    workspace.write('sieve/src/main.rs', main('sieve', 'two'));
    await expect.poll(() => workspace?.exists('target/begun')).toBe(true);
    workspace.write('sieve/src/main.rs', main('sieve', 'three'));
    workspace.write('target/go-on', '');
    await expect.poll(() => docker('logs', container('bystander'))).toContain('sieve three');
  });

  it('applies a binary that another program built, unless it cannot run', async () => {
    workspace = new MillWorkspace({ grinder: service() });
    workspace.place(mill('one'));
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    workspace.place(mill('two'));
    await running.says('grinder ready');
    expect(docker('logs', container('grinder'))).toContain('mill two');
    const before = startedAt('grinder');
    workspace.place(mill('three'), 0o644);
    await running.says('MOUNT_NOT_EXECUTABLE');
    expect(startedAt('grinder')).toBe(before);
    // The content stays the same, but a rejected file is checked again.
    const refused = running.output.length;
    chmodSync(workspace.artifact, 0o755);
    await running.says('grinder ready', refused);
    expect(docker('logs', container('grinder'))).toContain('mill three');

    docker('kill', container('grinder'));
    await running.says('error[SERVICE_ENDED]: the service grinder has exited');
    workspace.place(mill('four'));
    await running.says('mill four begins');
    expect(docker('logs', container('grinder'))).toContain('mill four');
  });

  it('does not wait for a service that ignores SIGTERM', async () => {
    const deaf = service('serve', ['stop_grace_period: 1h']).replace('    init: true\n', '');
    workspace = new MillWorkspace({ grinder: deaf });
    workspace.place(mill('one'));
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    workspace.place(mill('two'));
    await running.says('grinder ready');
    expect(docker('logs', container('grinder'))).toContain('mill two');
    docker('kill', container('grinder'));
  });

  it('restarts the services of a replaced file that no project builds', async () => {
    workspace = new MillWorkspace({ grinder: service() });
    const volume = "    volumes: ['../bin/mill:/opt/mill:ro']\n";
    const text = workspace.read('stack/compose.yaml').replace(/x-millwright:\n.*\n/, '') + volume;
    workspace.write('stack/compose.yaml', text);
    const { output } = workspace.nx(['run', 'stack:watch']);
    expect(output).toContain('error[MOUNT_SOURCE_MISSING]: cannot mount bin/mill at /opt/mill in grinder');
    expect(output).toContain('help: create the file');

    workspace.place(mill('one'), 0o755, 'bin/mill');
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching the mounted files, and the files of the stack');
    workspace.place(mill('two'), 0o755, 'bin/mill');
    await running.says('grinder ready');
    expect(docker('logs', container('grinder'))).toContain('mill two');
  });
});
