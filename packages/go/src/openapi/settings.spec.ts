import { describe, expect, it } from 'vitest';
import { generateOptions, generateSettings } from './settings.js';

const settings = (options: object) =>
  generateSettings(
    generateOptions.parse(options),
    { name: '@acme/pet-client', root: 'clients/pet' },
    '/workspace',
  );

describe('generateSettings', () => {
  it.each([
    [{ spec: 'a.yaml' }, 'acme_pet_client', 'acme_pet_client.gen.go'],
    [{ spec: 'a.yaml', generator: 'ogen' }, 'acme_pet_client', 'acme_pet_client'],
    [{ spec: 'a.yaml', generator: 'auto' }, 'acme_pet_client', 'acme_pet_client'],
    [{ spec: 'a.yaml', package: 'pets', output: './api/x.gen.go' }, 'pets', 'api/x.gen.go'],
    [{ spec: 'a.yaml', config: { package: 'own' } }, 'own', 'own.gen.go'],
    [{ script: 'build.sh', output: 'api/' }, 'acme_pet_client', 'api'],
  ])('derives from %j the package %s and the output %s', (options, packageName, output) => {
    expect(settings(options)).toMatchObject({ package: packageName, output });
  });

  it.each([
    [{}, 'spec is not set'],
    [{ spec: 'a.yaml', generator: 'auto', config: {} }, 'config is set'],
    [{ spec: 'a.yaml', generator: 'auto', generatorVersion: 'v1.2.3' }, 'generatorVersion is set'],
    [{ spec: 'a.yaml', generator: 'auto', output: 'a.gen.go' }, 'output is "a.gen.go"'],
    [{ spec: 'a.yaml', script: 'b.sh', output: 'c' }, 'script and spec are both set'],
    [{ script: 'b.sh' }, 'output is not set'],
    [{ spec: 'a.yaml', output: '../other/a.go' }, 'output is "../other/a.go"'],
    [{ spec: 'a.yaml', config: { package: '../../evil' } }, 'package is "../../evil"'],
    [{ spec: 'a.yaml', config: 'nowhere.yaml' }, 'the file nowhere.yaml does not exist'],
  ])('rejects %j', (options, problem) => {
    expect(() => settings(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', what: expect.stringContaining(problem) as string }),
    );
  });

  it.each(['v1.2.3/../../evil', '1.2.3 -x', 'v1.2.3\n', 'latest', '../v1.2.3'])(
    'rejects the generator version %j',
    (generatorVersion) => {
      expect(() => settings({ spec: 'a.yaml', generatorVersion })).toThrow('a version, such as v2.8.0');
    },
  );

  it.each(['v2.8.0', '7.10.0', 'v1.2.3-0.20240101000000-0123456789ab', 'v2.0.0+incompatible'])(
    'accepts the generator version %s',
    (generatorVersion) => {
      expect(settings({ spec: 'a.yaml', generatorVersion }).by).toMatchObject({ generatorVersion });
    },
  );

  it('rejects an invalid Go package name', () => {
    expect(() => settings({ spec: 'a.yaml', package: 'func' })).toThrow('Go package');
  });
});
