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
