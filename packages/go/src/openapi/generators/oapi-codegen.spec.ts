import { expect, it } from 'vitest';
import { oapiCodegen } from './oapi-codegen.js';

const resolving = { 'output-options': { 'resolve-type-name-collisions': true } };

it.each<[string, object, RegExp | undefined]>([
  ['Memory (constant "Memory" of string type Kind) is not a type', {}, /always-prefix-enum-values: true/],
  ['CreatedResponse redeclared in this block', {}, /^set output-options: .* or give one .* x-go-name/],
  ['CreatedResponse redeclared in this block', resolving, /^give one .* x-go-name/],
  ['undefined: x', {}, undefined],
])('suggests a remedy for "%s" with %j', (complaint, config, expected) => {
  const remedy = oapiCodegen.remedy(complaint, { ...config });
  if (expected === undefined) expect(remedy).toBeUndefined();
  else expect(remedy).toMatch(expected);
});

it.each<[string, object, string | undefined]>([
  [
    'x.go:1: Memory (constant 1 of type Kind) is not a type\nx.go:2: Memory redeclared',
    {},
    'compatibility.always-prefix-enum-values: true',
  ],
  ['x.go:1: AResponse redeclared in this block', {}, 'output-options.resolve-type-name-collisions: true'],
  [
    'x.go:1: AResponse redeclared in this block',
    {
      'output-options': { 'resolve-type-name-collisions': true },
      compatibility: { 'always-prefix-enum-values': false },
    },
    undefined,
  ],
  ['x.go:1: undefined: WebhookDone', {}, 'output-options.skip-prune: true'],
  ['x.go:1: undefined: time', {}, undefined],
])('chooses the option for %j with %j', (output, config, option) => {
  expect(oapiCodegen.relief(output, config as never)?.option).toBe(option);
});
