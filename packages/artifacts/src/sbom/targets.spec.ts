import { expect, it } from 'vitest';
import { sbomOption, sbomTargets } from './targets.js';

const project = {
  name: 'app',
  root: 'app',
  builds: [
    { target: 'build-linux-amd64', artifacts: ['artifacts/linux/amd64/app'] },
    { target: 'build-linux-arm64', artifacts: ['artifacts/linux/arm64/app'] },
  ],
};

it.each([[undefined], [false]])('infers no target by default: %s', (option) => {
  expect(sbomTargets(project, sbomOption.parse(option))).toEqual({});
});

it('infers no target for a project without artifacts', () => {
  expect(sbomTargets({ ...project, builds: [] }, sbomOption.parse(true))).toEqual({});
});

it('infers a cached target with one document beside each artifact, after all builds', () => {
  const { sbom } = sbomTargets(project, sbomOption.parse(true));
  expect(sbom).toMatchObject({
    cache: true,
    dependsOn: ['build-linux-amd64', 'build-linux-arm64'],
    outputs: [
      '{workspaceRoot}/artifacts/linux/amd64/app.cdx.json',
      '{workspaceRoot}/artifacts/linux/arm64/app.cdx.json',
    ],
    options: { artifacts: ['artifacts/linux/amd64/app', 'artifacts/linux/arm64/app'] },
  });
});

it('takes name, version and supplier from the settings', () => {
  const settings = { targetName: 'bom', specVersion: '1.7', supplier: 'Acme' };
  const targets = sbomTargets(project, sbomOption.parse(settings));
  expect(targets).toMatchObject({ bom: { options: { specVersion: '1.7', supplier: 'Acme' } } });
  expect(sbomOption.safeParse({ specVersion: '1.2' }).success).toBe(false);
});
