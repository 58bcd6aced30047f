/**
 * Installs strace, minisign, skopeo, docker-registry, cosign, zsh, fish, PostgreSQL, a container engine, Compose, and the images of
 * gristmill's stack and those in stacks/, without an image registry: the engine comes from Debian's packages, and the images are made from
 * them. For CI, where the tests of stacks must run. On a contributor's machine, nothing is changed, and
 * tests that require an engine are skipped by name.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pluginFolder = '/usr/local/lib/docker/cli-plugins';

/** Runs a program with its output in a log file. If it fails, the last lines are printed. */
function mustRun(log, program, args, options = {}) {
  const file = openSync(log, 'a');
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', file, file], ...options });
  if (status === 0) return;
  console.error(readFileSync(log, 'utf8').split('\n').slice(-15).join('\n'));
  console.error(`BOOTSTRAP_ENGINE_FAILED: ${program} ${args.join(' ')} failed`);
  console.error(`  why: ${error ? error.message : `its last lines stand above, all of them in ${log}`}`);
  console.error('  do:  fix the error, or set MILLWRIGHT_ENGINE=none to skip the tests of stacks');
  process.exit(1);
}

function succeeds(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Returns the mirror from which this machine gets bookworm, according to apt's lists. */
function debianMirror(log) {
  const known = () => {
    const args = ['indextargets', '--format', '$(CODENAME) $(REPO_URI)'];
    const { stdout } = spawnSync('apt-get', args, { encoding: 'utf8' });
    return /^bookworm (\S+)$/m.exec(stdout ?? '')?.[1];
  };
  const mirror = known();
  if (mirror !== undefined) return mirror;
  mustRun(log, 'apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update']);
  const updated = known();
  if (updated !== undefined) return updated;
  console.error('BOOTSTRAP_MIRROR_UNKNOWN: no mirror of bookworm is known');
  console.error('  why: the images are made of its packages, and apt has no such source');
  console.error('  do:  add one to /etc/apt/sources.list, or set MILLWRIGHT_ENGINE=none');
  process.exit(1);
}

const engineAnswers = () => succeeds('docker', ['version']);

function installEngine(log) {
  const missing = [
    ['dockerd', 'docker.io'],
    ['debootstrap', 'debootstrap'],
    ['iptables', 'iptables'],
    // For tests that are required only in CI: which programs Nx starts, whether minisign accepts our
    // signatures, and what shells complete.
    ['strace', 'strace'],
    ['minisign', 'minisign'],
    // Reads our images.
    ['skopeo', 'skopeo'],
    // Takes our images.
    ['docker-registry', 'docker-registry'],
    ['zsh', 'zsh'],
    ['fish', 'fish'],
  ].filter(([program]) => !succeeds('sh', ['-c', `command -v ${program}`]));
  // Debian keeps the programs of PostgreSQL, with which the server is tested, outside of PATH.
  const packages = [
    ...missing.map(([, name]) => name),
    ...(existsSync('/usr/lib/postgresql') ? [] : ['postgresql']),
  ];
  if (packages.length === 0) return;
  console.log(`bootstrap: installing ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  mustRun(log, 'apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update'], { env });
  const flags = ['-o', 'DPkg::Lock::Timeout=300', '--yes', '--no-install-recommends'];
  mustRun(log, 'apt-get', [...flags, 'install', ...packages], { env });
}

/**
 * Installs from trixie what bookworm lacks or has too old: Compose 2, buildx, and cosign, which the tests of signatures
 * compare with. None of them requires a newer glibc than bookworm's.
 */
function installFromTrixie(log) {
  const hasPlugins = succeeds('docker', ['compose', 'version']) && succeeds('docker', ['buildx', 'version']);
  const packages = [
    ...(hasPlugins ? [] : ['docker-compose', 'docker-buildx']),
    ...(succeeds('cosign', ['version']) ? [] : ['cosign']),
  ];
  if (packages.length === 0) return;
  console.log(`bootstrap: installing ${packages.join(', ')} of Debian trixie`);
  const folder = mkdtempSync(join(tmpdir(), 'millwright-trixie-'));
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, name), { recursive: true });
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(folder, 'trixie.list'), `deb [signed-by=${keys}] ${debianMirror(log)} trixie main\n`);
  const apt = [
    ...['-o', `Dir::Etc::sourcelist=${folder}/trixie.list`, '-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/cache`],
    ...['-o', 'APT::Sandbox::User=root'],
  ];
  mustRun(log, 'apt-get', [...apt, 'update'], { cwd: folder });
  mustRun(log, 'apt-get', [...apt, 'download', ...packages], { cwd: folder });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb'))) {
    mustRun(log, 'dpkg-deb', ['--extract', name, 'root'], { cwd: folder });
  }
  for (const [from, to] of [
    [join(folder, 'root/usr/libexec/docker/cli-plugins'), pluginFolder],
    [join(folder, 'root/usr/bin/cosign'), '/usr/local/bin/cosign'],
  ])
    if (existsSync(from)) cpSync(from, to, { recursive: true });
  rmSync(folder, { recursive: true });
}

/** Starts dockerd if none is running, for the lifetime of this process. */
function startEngine(log) {
  if (engineAnswers()) return;
  console.log('bootstrap: starting dockerd');
  const file = openSync(log, 'a');
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', file, file] });
  daemon.unref();
  process.on('exit', () => {
    try {
      process.kill(daemon.pid);
    } catch {
      // It has already ended.
    }
  });
  for (let attempt = 0; attempt < 60; attempt++) {
    if (engineAnswers()) return;
    spawnSync('sleep', ['0.5']);
  }
  mustRun(log, 'docker', ['version']);
}

/**
 * Returns a function from a variable name, such as RUN, to the image names in gristmill's stack and in
 * stacks/.
 */
function imageNames(root) {
  const gristmill = readFileSync(join(root, 'examples/gristmill/stack/.env'), 'utf8');
  const stacks = readFileSync(join(root, 'stacks/common/images.yaml'), 'utf8');
  const found = [
    ...gristmill.matchAll(/^(\w+)_IMAGE=(.+)$/gm),
    ...stacks.matchAll(/\{(\w+)_IMAGE:-([^}]+)\}/g),
  ];
  return (variable) => found.filter(([, name]) => name === variable).map(([, , image]) => image);
}

const hasImage = (name) => succeeds('docker', ['image', 'inspect', name]);

/** Creates debian:bookworm-slim as a minimal Debian without documentation. */
function makeBaseImage(log, name) {
  if (hasImage(name)) return;
  console.log(`bootstrap: making ${name} of Debian's packages (a minute)`);
  const folder = mkdtempSync(join(tmpdir(), 'millwright-base-'));
  const rootFolder = join(folder, 'root');
  mustRun(log, 'debootstrap', ['--variant=minbase', 'bookworm', rootFolder, debianMirror(log)]);
  const needless = [
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'usr/share/info',
    'var/cache/apt',
    'var/lib/apt/lists',
  ];
  for (const path of needless) {
    for (const entry of existsSync(join(rootFolder, path)) ? readdirSync(join(rootFolder, path)) : [])
      rmSync(join(rootFolder, path, entry), { recursive: true });
  }
  const pipe = `tar --create --directory "$1" . | docker import --change 'CMD ["bash"]' - "$2"`;
  mustRun(log, 'sh', ['-c', pipe, 'sh', rootFolder, name]);
  rmSync(folder, { recursive: true });
}

function makeImage(log, root, name, recipe, base) {
  if (hasImage(name)) return;
  console.log(`bootstrap: making ${name} of Debian's packages`);
  const args = [
    // The command build of Debian's Docker does not use BuildKit, which the recipes require.
    ...['buildx', 'build', '--load'],
    '--network',
    'host',
    '--build-arg',
    `BASE=${base}`,
    '--tag',
    name,
    join(root, 'tools/images', recipe),
  ];
  mustRun(log, 'docker', args);
}

/** Installs everything in CI on Debian as root. On other machines, changes nothing. */
export function bringEngine(root) {
  const isEnabled = process.env.CI && process.env.MILLWRIGHT_ENGINE !== 'none';
  if (!isEnabled || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  mkdirSync(join(root, '.nx'), { recursive: true });
  const log = join(root, '.nx', 'bootstrap-engine.log');
  installEngine(log);
  installFromTrixie(log);
  startEngine(log);
  const named = imageNames(root);
  const [base] = named('RUN');
  for (const image of named('RUN')) makeBaseImage(log, image);
  // Every requested release gets Debian's version. A second name of the same recipe takes no time.
  for (const recipe of ['postgres', 'haproxy', 'redis']) {
    for (const image of named(recipe.toUpperCase())) makeImage(log, root, image, recipe, base);
  }
}
