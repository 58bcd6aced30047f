/** Texts in the formats of Go and of OpenAPI. */
import { times, type TextInput } from './text-input.ts';

export const goTexts: readonly TextInput[] = [
  {
    name: '`!` in a build constraint',
    parser: 'build constraints',
    size: 200_000,
    text: (n) => `//go:build ${'!'.repeat(n)}linux\npackage a\n`,
  },
  {
    name: 'parentheses in a build constraint',
    parser: 'build constraints',
    size: 200_000,
    text: (n) => `//go:build ${'('.repeat(n)}linux\npackage a\n`,
  },
  {
    name: 'imports of a Go file',
    parser: 'Go sources',
    size: 50_000,
    text: (n) => `package a\nimport (\n${times(n, (at) => `"a/${at}"\n`)})\n`,
  },
  {
    name: 'open comments in Go',
    parser: 'Go sources',
    size: 500_000,
    text: (n) => `package a\n${'/*'.repeat(n)}`,
  },
  {
    name: '`//go:embed` lines',
    parser: 'Go sources',
    size: 50_000,
    text: (n) => `package a\n${'//go:embed a\nvar a string\n'.repeat(n)}`,
  },
  {
    name: 'open blocks in a Go test',
    parser: 'literals of Go tests',
    size: 200_000,
    text: (n) => `package a\n${'{('.repeat(n)}`,
  },
  {
    name: 'file names in a Go test',
    parser: 'literals of Go tests',
    size: 20_000,
    text: (n) => `package a\n${'var x, _ = os.ReadFile("a")\n'.repeat(n)}`,
  },
  {
    name: 'requirements in go.mod',
    parser: 'go.mod',
    size: 50_000,
    text: (n) => `module a\nrequire (\n${times(n, (at) => `a.b/c${at} v1.0.0\n`)})\n`,
  },
  {
    name: 'folders in go.work',
    parser: 'go.work',
    size: 50_000,
    text: (n) => `go 1.24\nuse (\n${times(n, (at) => `./c${at}\n`)})\n`,
  },
  {
    name: '`#cgo` lines',
    parser: 'cgo directives',
    size: 50_000,
    text: (n) => '#cgo LDFLAGS: -la -lb\n'.repeat(n),
  },
  {
    name: 'aliases that multiply in YAML',
    parser: 'OpenAPI documents',
    size: 1_000,
    text: (n) => `a0: &a0 x\n${times(n, (at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`)}`,
  },
  {
    name: 'nested lists in YAML',
    parser: 'OpenAPI documents',
    size: 20_000,
    text: (n) => `${'['.repeat(n)}${']'.repeat(n)}`,
  },
  {
    name: 'nested objects in JSON',
    parser: 'OpenAPI documents',
    size: 20_000,
    text: (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`,
  },
  {
    name: 'mistakes in YAML',
    parser: 'OpenAPI documents',
    size: 5_000,
    text: (n) => `x: ${'a: '.repeat(n)}`,
  },
  {
    name: 'paths of an API',
    parser: 'operations of an API',
    size: 2_000,
    text: (n) => `openapi: 3.0.3\npaths:\n${times(n, (at) => `  /a${at}: { get: {} }\n`)}`,
  },
  {
    name: 'actions of an overlay',
    parser: 'overlays',
    size: 1_000,
    text: (n) => `overlay: 1.0.0\nactions:\n${"- { target: '$.a', update: { c: 1 } }\n".repeat(n)}`,
  },
  {
    name: 'parts of a JSONPath',
    parser: 'targets of overlays',
    size: 50_000,
    text: (n) => `$${'.a'.repeat(n)}`,
  },
  {
    name: 'descents of a JSONPath',
    parser: 'targets of overlays',
    size: 20_000,
    text: (n) => `$${'..*'.repeat(n)}`,
  },
  {
    name: 'nested conditions of a JSONPath',
    parser: 'targets of overlays',
    size: 20_000,
    text: (n) => `$${'[?@'.repeat(n)}${']'.repeat(n)}`,
  },
  {
    name: 'anchors, each with an alias, in an OpenAPI document',
    parser: 'OpenAPI documents',
    size: 10_000,
    text: (n) => times(n, (at) => `- &a${at} x\n- *a${at}\n`),
  },
];
