/**
 * Runs a command of the README as the first one on a fresh machine: `node tools/minimal-root.mjs "npm run
 * demo"`.
 *
 * Creates a minimal Debian with git, Node and npm (debootstrap) in a temporary folder, clones this
 * repository's last commit into it, and runs the command there as root, in separate mount and process
 * namespaces. From this machine, it can access only the network and, read-only, the settings of package
 * registries. Everything is removed afterwards. Requires Debian and root.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const release = 'bookworm';
const brought = ['git', 'nodejs', 'npm'];
const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The machine's settings for registries and trusted certificates. */
const settings = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/npmrc',
  '/usr/etc/npmrc',
  '/usr/local/etc/npmrc',
  join(homedir(), '.npmrc'),
  '/etc/pip.conf',
  join(homedir(), '.config/pip/pip.conf'),
  join(homedir(), '.cargo/config.toml'),
  join(homedir(), '.config/go/env'),
];
const variables =
  /^(npm_config_(registry|.*cafile)|CARGO_(REGISTRIES|REGISTRY|HTTP|NET|SOURCE)_.*|GO(PROXY|SUMDB|NOSUMDB|NOPROXY|PRIVATE)|PIP_.*|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|(CURL|REQUESTS)_CA_BUNDLE|GIT_SSL_CAINFO)$/i;

const [command] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: node tools/minimal-root.mjs "<command>"');
  process.exit(2);
}
if (process.getuid?.() !== 0) fail('it makes a root folder and enters it, for which it must run as root');
if (spawnSync('debootstrap', ['--version']).status !== 0) fail('install debootstrap first');

const started = Date.now();
const scratch = mkdtempSync(join(tmpdir(), 'millwright-root-'));
const root = join(scratch, 'root');
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  // The processes in the root end first, and their end is then reported as that of the command.
  process.on(signal, () => (child === undefined ? process.exit(1) : child.kill('SIGKILL')));

say(`making a Debian ${release}`);
const sources = debianSources();
const main = sources.find(({ suite }) => suite === release) ?? fail(`apt knows no source of ${release}`);
// In namespaces, too: it mounts /proc in the root, which must not be there any more when the root is removed.
mustRun('unshare', [
  ...namespaces,
  'debootstrap',
  '--variant=minbase',
  '--include=ca-certificates',
  `--keyring=${keyring}`,
  release,
  root,
  main.uri,
]);
const lists = sources.map(({ uri, suite, component }) => `deb ${uri} ${suite} ${component}\n`);
writeFileSync(join(root, 'etc/apt/sources.list'), lists.join(''));

say('cloning the last commit');
mustRun('git', ['clone', '--quiet', '--no-local', repository, join(root, 'millwright')]);

const environment = Object.entries(process.env).filter(([name]) => variables.test(name));
const found = [...new Set([...settings, ...environment.map(([, value]) => value ?? '')])].filter(
  (path) => path.startsWith('/') && existsSync(path),
);
for (const path of found) placeFor(path);
const mounted = found.filter((path) => !statSync(path).isDirectory());

say(`installing ${brought.join(', ')}`);
const apt =
  'DEBIAN_FRONTEND=noninteractive apt-get -o APT::Install-Recommends=false -o DPkg::Options::=--force-unsafe-io';
mustRun('unshare', enter(`${apt} update && ${apt} --yes install ${brought.join(' ')} && apt-get clean`));

say(`running ${command}`);
child = spawn('unshare', enter(`cd /millwright && ${command}`), { stdio: 'inherit' });
child.on('close', (status, signal) => {
  say(`${command} ended with ${status ?? signal}`);
  process.exit(status ?? 1);
});

/**
 * Returns the arguments of unshare that mount system folders and the settings, and run a command in the
 * root. The root becomes that of the mount namespace: after chroot, Docker cannot remount it, and no user
 * namespace can be created. Everything ends with the namespaces.
 */
function enter(script) {
  const variablesThere = Object.entries({
    HOME: '/root',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    TERM: process.env.TERM ?? 'dumb',
    ...Object.fromEntries(environment),
  }).map(([name, value]) => quote(`${name}=${value}`));
  const steps = `
    mount --bind ${root} ${root}
    mount -t proc proc ${root}/proc
    mount --rbind /dev ${root}/dev
    mount --rbind --make-rslave /sys ${root}/sys
    for path; do mount --bind "$path" "${root}$path"; mount -o remount,bind,ro "${root}$path"; done
    mkdir ${root}/.before
    cd ${root}
    pivot_root . .before
    cd /
    umount --lazy /.before
    rmdir /.before
    exec env -i ${variablesThere.join(' ')} sh -c ${quote(script)}
  `;
  return [...namespaces, 'sh', '-euc', steps, 'sh', ...mounted];
}

/** Creates the mount point of a file. Copies a folder, such as that of trusted certificates: packages write into it. */
function placeFor(path) {
  const place = join(root, path);
  if (statSync(path).isDirectory()) {
    cpSync(path, place, { recursive: true, dereference: true });
  } else if (!existsSync(place)) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, '');
  }
}

/** Returns the package sources of the machine's release, including updates. */
function debianSources() {
  const format = '$(CREATED_BY) $(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)';
  const targets = () =>
    spawnSync('apt-get', ['indextargets', '--format', format], { encoding: 'utf8' })
      .stdout.split('\n')
      .map((line) => line.split(' '))
      .filter(
        ([by, origin, , suite]) => by === 'Packages' && origin === 'Debian' && suite?.startsWith(release),
      )
      .map(([, , uri, suite, component]) => ({ uri, suite, component }));
  const known = targets();
  if (known.length > 0) return known;
  mustRun('apt-get', ['update']);
  return targets();
}

function mustRun(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`.split('\n').slice(-20).join('\n'));
  fail(`${program} failed${error ? `: ${error.message}` : ''}`);
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function say(text) {
  console.log(`minimal-root: ${text} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
}

function fail(why) {
  console.error(`minimal-root: ${why}`);
  process.exit(1);
}
