import { expect, it } from 'vitest';
import { operationReturning, bundleOf, documentOf, refTo } from '../description.spec.helper.js';
import { operationsOf } from '../document/document.js';
import { Explanation, parseGoErrors } from './explain.js';
import { methodNames } from '../output/methods.js';

const { document, origins } = bundleOf({
  'a.json': documentOf({
    paths: {
      '/pets/{id}': {
        get: operationReturning(refTo('Pet'), 'get pet'),
        put: operationReturning(refTo('Pet')),
      },
    },
    schemas: { Pet: { type: 'object' } },
  }),
});
const explanation = new Explanation(document, operationsOf(document), origins);

it.each([
  ['Pet', 'schema Pet (a.json:1)'],
  ['GetPet', 'GET /pets/{id} (a.json:1)'],
  ['NewGetPetRequest', 'GET /pets/{id} (a.json:1)'],
  ['GetPetWithResponse', 'GET /pets/{id} (a.json:1)'],
  ['ParsePutPetsIdResponse', 'PUT /pets/{id} (a.json:1)'],
  ['ClientOption', undefined],
])('traces %s back to %s', (name, expected) => {
  expect(explanation.ofName(name)).toBe(expected);
});

it('uses the declaration that contains the line', () => {
  const code =
    'package x\n\n// Pet is\ntype Pet struct {\n\tA int\n}\n\nvar x = 1\n\nfunc (c *Client) GetPet() {\n\tx()\n}\n';
  const found = [1, 5, 8, 11].map((line) => explanation.of(code, line));
  expect(found).toEqual([undefined, 'schema Pet (a.json:1)', undefined, 'GET /pets/{id} (a.json:1)']);
});

it('parses the output of go build, go vet and gofmt', () => {
  const output =
    '# example.org/x\n../s/x.gen.go:5:26: undefined: Foo\n\tother line\nvet: x.go:7:1: expected declaration\n/tmp/x.go:1: bad\n';
  expect(parseGoErrors(output)).toEqual([
    { file: '../s/x.gen.go', line: 5, message: 'undefined: Foo' },
    { file: 'x.go', line: 7, message: 'expected declaration' },
    { file: '/tmp/x.go', line: 1, message: 'bad' },
  ]);
});

it('finds the exported methods of generated code', () => {
  const code =
    'func (c *Client) GetPet(ctx context.Context) {}\nfunc (c *Client) apply() {}\nfunc NewClient() {}\n';
  expect(methodNames(code)).toEqual(['GetPet']);
});
