import { expect, it } from 'vitest';
import { goError } from '../errors.js';
import { bundleOf, documentOf, operationReturning, refTo } from './description.spec.helper.js';
import { fixesFor } from './fixes.js';
import { typeNamesOf } from './document/type-names.js';

const values = { type: 'string', enum: ['public', 'private'] };

function failureWith(output: string) {
  return goError('GENERATOR_FAILED', { what: 'oapi-codegen failed', why: 'see its output', output });
}

it('renames a type within a schema that has the name of a parameter', async () => {
  const parameter = { name: 'visibility', in: 'query', schema: values };
  const get = {
    ...operationReturning(refTo('package')),
    parameters: [{ $ref: '#/components/parameters/package-visibility' }],
  };
  const { document, origins } = bundleOf({
    'a.json': documentOf({
      paths: { '/a': { get } },
      schemas: { package: { type: 'object', properties: { visibility: { ...values, description: 'x' } } } },
      parameters: { 'package-visibility': parameter },
    }),
  });
  const prepared = {
    document,
    origins,
    operations: [],
    described: 1,
    renames: [],
    notes: [],
    fixes: [],
    files: [],
  };
  const failure = failureWith("error: duplicate typename 'PackageVisibility' detected");
  expect(await fixesFor(failure, 'oapi-codegen', prepared)).toEqual([
    {
      target: "$['components']['schemas']['package']['properties']['visibility']",
      update: { 'x-go-type-name': 'PackageVisibilitySchema' },
    },
  ]);
  expect(typeNamesOf(document).map(({ goName }) => goName)).toEqual(['Package', 'PackageVisibilitySchema']);
  expect(await fixesFor(failure, 'oapi-codegen', prepared)).toEqual([]);
  expect(await fixesFor(failureWith('exit status 1'), 'oapi-codegen', prepared)).toEqual([]);
});

it('renames a parameter that has the name of a constant of an enumeration (PagerDuty)', async () => {
  const include = (...names: readonly string[]) => ({
    ...{ name: 'include', in: 'query' },
    schema: { type: 'string', enum: names },
  });
  const used = ['include_services', 'include_services_teams'].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));
  const { document, origins } = bundleOf({
    'a.json': documentOf({
      paths: { '/a': { get: { ...operationReturning({ type: 'string' }), parameters: used } } },
      parameters: { include_services: include('teams'), include_services_teams: include('a', 'b') },
    }),
  });
  const prepared = {
    document,
    origins,
    operations: [],
    described: 1,
    renames: [],
    notes: [],
    fixes: [],
    files: [],
  };
  const failure = failureWith(
    'client.gen.go:9:2: IncludeServicesTeams (constant "teams" of type A) is not a type',
  );
  expect(await fixesFor(failure, 'oapi-codegen', prepared)).toEqual([
    {
      target: "$['components']['parameters']['include_services_teams']",
      update: { 'x-go-name': 'IncludeServicesTeamsParameter' },
    },
  ]);
});
