import { expect, it } from 'vitest';
import { archivesOf, packageOption, packageTargets } from './targets.js';

const project = {
  name: 'app',
  root: 'crates/app',
  builds: [
    { target: 'build-linux-amd64', artifacts: ['artifacts/linux/amd64/app'] },
    { target: 'build-windows-amd64', artifacts: ['artifacts/windows/amd64/app.exe'] },
  ],
};
const targetsFor = (option: unknown) => packageTargets(project, packageOption.parse(option));

it.each([[undefined], [false]])('infers no target for the option %j', (option) => {
  expect(targetsFor(option)).toEqual({});
});

it('infers no target for a project without artifacts', () => {
  expect(packageTargets({ ...project, builds: [] }, packageOption.parse(true))).toEqual({});
});

it('packages what the targets for all platforms build, cached by what they deliver', () => {
  const { package: target } = targetsFor(true);
  expect(target).toMatchObject({
    executor: '@millwright/artifacts:package',
    cache: true,
    dependsOn: ['build-linux-amd64', 'build-windows-amd64'],
    options: {
      artifacts: ['artifacts/linux/amd64/app', 'artifacts/windows/amd64/app.exe'],
      outputPath: 'artifacts/archives/app',
      format: 'tar.gz',
    },
  });
  expect(JSON.stringify(target?.inputs)).toMatch(/\{workspaceRoot\}\/crates\/app\/.*SOURCE_DATE_EPOCH.*zlib/);
});

it('has the name and the files that the option asks for, and the files are inputs', () => {
  const { archive, ...others } = targetsFor({ targetName: 'archive', format: 'tar.zst', files: ['docs/x'] });
  expect(others).toEqual({});
  expect(archive?.options).toMatchObject({ format: 'tar.zst', files: ['docs/x'] });
  expect(archive?.inputs).toContain('{workspaceRoot}/docs/x');
});

it('has a folder for each project, whatever its name is', () => {
  expect(archivesOf('@scope/app')).toBe('artifacts/archives/-scope-app');
});

it('signs and verifies, never cached, where the option asks for it', () => {
  const folder = 'artifacts/archives/app';
  expect(targetsFor({ sign: false })).toHaveProperty('package');
  expect(Object.keys(targetsFor({ sign: false }))).toEqual(['package']);
  const { sign, verify } = targetsFor({ targetName: 'archive', sign: true });
  expect(verify?.options).toEqual({ folder });
  expect(sign).toMatchObject({
    executor: '@millwright/artifacts:sign',
    cache: false,
    dependsOn: ['archive'],
    options: { folder },
  });
  const named = targetsFor({
    sign: {
      targetName: 'seal',
      key: 'a.key',
      perFile: true,
      publicKeys: ['a.pub'],
      verifyTargetName: 'check',
    },
  });
  expect(named.seal?.options).toEqual({ folder, key: 'a.key', perFile: true });
  expect(named.check).toMatchObject({
    executor: '@millwright/artifacts:verify',
    cache: false,
    options: { folder, keys: ['a.pub'] },
  });
});

it('signs the provenance of each artifact, and the SBOMs that a target writes before', () => {
  const option = packageOption.parse({ sign: { attest: true } });
  const { sign } = packageTargets(project, option, 'sbom');
  expect(sign).toMatchObject({
    dependsOn: ['package', 'sbom'],
    options: { attest: ['artifacts/linux/amd64/app', 'artifacts/windows/amd64/app.exe'] },
  });
  expect(packageTargets(project, option).sign?.dependsOn).toEqual(['package']);
});

it('signs and verifies keyless where the option asks for it', () => {
  const trust = {
    certificateIdentity: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/*',
    certificateOidcIssuer: 'https://token.actions.githubusercontent.com',
    trustedRoot: 'trusted_root.json',
  };
  const { sign, verify } = targetsFor({ sign: { keyless: true, timestampUrl: 'https://t.test', ...trust } });
  const folder = 'artifacts/archives/app';
  expect(sign?.options).toEqual({ folder, keyless: true, timestampUrl: 'https://t.test' });
  expect(verify?.options).toEqual({ folder, ...trust });
});

it('rejects an unknown setting for signing', () => {
  expect(packageOption.safeParse({ sign: { publicKey: 'a.pub' } }).success).toBe(false);
});
