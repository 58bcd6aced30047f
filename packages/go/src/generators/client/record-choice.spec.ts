import { expect, it } from 'vitest';
import { withChoice } from './record-choice.js';

const project = {
  root: 'c',
  targets: {
    generate: { inputs: ['{projectRoot}/go.mod'], options: { spec: 'a.yaml', generator: 'oapi-codegen' } },
  },
};

it('writes the options that the document needs, and the overlay of --fix, into the target', () => {
  const config = { compatibility: { 'always-prefix-enum-values': true } };
  expect(withChoice(project, { generator: 'oapi-codegen', config }, true).targets?.generate).toEqual({
    inputs: ['{projectRoot}/go.mod', '{projectRoot}/openapi-fixes.yaml'],
    options: {
      ...project.targets.generate.options,
      config,
      overlays: ['{projectRoot}/openapi-fixes.yaml'],
    },
  });
});

it('changes nothing if nothing was chosen', () => {
  expect(withChoice(project, { generator: 'oapi-codegen', config: undefined }, false)).toBe(project);
});
