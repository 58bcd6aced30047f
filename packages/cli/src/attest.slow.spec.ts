/** The commands for attestations in the guide on SBOM and provenance, with the program cosign as packaged by Debian trixie. */
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeArchive } from '@millwright/artifacts/archives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guide = readFileSync(at('../../../docs/guides/sbom-and-provenance.md'), 'utf8');
const blocks = [...guide.matchAll(/^```sh\n((?:millwright sign|cosign) .*)\n```/gm)];
const [sign = '', cosign = ''] = blocks.map(([, command = '']) => command);
const isMissing = spawnSync('cosign', ['version']).error !== undefined;
const archives = 'artifacts/archives/app';
const archive = `${archives}/app-1.2.3-linux-amd64.tar.gz`;
let root: string;

function run(command: string, cwd = root) {
  const script = command.replace('millwright', `node ${at('../dist/cli.js')}`);
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-ec', script], { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'attest-'));
  mkdirSync(join(root, 'artifacts/linux/amd64'), { recursive: true });
  mkdirSync(join(root, archives), { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const sha256 = createHash('sha256').update('program').digest('hex');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:millwright:build:cargo:v1',
        externalParameters: { folder: '.', options: {} },
        internalParameters: { dirty: false },
      },
      runDetails: {
        builder: { id: 'https://example.org/acme/app/.github/workflows/release.yml@refs/tags/v1' },
      },
    },
  };
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  const empty = { tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] };
  for (const [path, content] of Object.entries({
    'artifacts/linux/amd64/app': 'program',
    'artifacts/linux/amd64/app.provenance.json': JSON.stringify(statement),
    'cosign.key': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    'cosign.pub': publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    'root.json': JSON.stringify({ mediaType, ...empty }),
  }))
    writeFileSync(join(root, path), content);
  const source = join(root, 'artifacts/linux/amd64/app');
  await writeArchive(join(root, archive), [{ name: 'app/app', source, isExecutable: true }], 'tar.gz', 0);
  const { status, output } = run(sign);
  expect(status, output).toBe(0);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

it('signs the provenance of what an archive contains, and says who built it', () => {
  const { status, output } = run(`millwright verify ${archives} --key cosign.pub`);
  expect(status, output).toBe(0);
  expect(output).toMatch(
    /app-1\.2\.3-linux-amd64\.tar\.gz: built by https:\S+release\.yml@refs\/tags\/v1, signed with the key/,
  );
});

it('names a changed attestation', () => {
  const path = join(root, `${archive}.provenance.sigstore.json`);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('"payload":"', '"payload":"IA'));
  const { status, output } = run(`millwright verify ${archives} --key cosign.pub`);
  writeFileSync(path, text);
  expect(status).toBe(1);
  expect(output).toMatch(/^changed .*provenance\.sigstore\.json/m);
});

describe.skipIf(isMissing && process.env.CI === undefined)('cosign (needs the program cosign)', () => {
  const outside = (command: string) =>
    command.replace('cosign.pub', '../../../cosign.pub').replace('root.json', '../../../root.json');

  it('verifies the attestation of the archive, and rejects it for another file', () => {
    const verified = run(outside(cosign), join(root, archives));
    expect(verified.output).toContain('Verified OK');
    const other = run(outside(cosign).replace(/\S+$/, 'SHA256SUMS'), join(root, archives));
    expect(other.status).not.toBe(0);
  });
});
