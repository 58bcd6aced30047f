/** Inputs that once took very long, or that parsers are known for to take very long, by size. */
import { parsers } from '../fuzz/parsers.ts';

export interface PathologicalInput {
  readonly name: string;
  /** The parser of `tools/fuzz/parsers.ts` that reads it. */
  readonly parser: string;
  /** How often its text repeats what it is made of, such that reading it takes long enough to be measured. */
  readonly size: number;
  readonly text: (size: number) => string;
}

const times = (size: number, of: (index: number) => string) =>
  Array.from({ length: size }, (_, at) => of(at)).join('');

export const inputs: readonly PathologicalInput[] = [
  { name: 'blank lines', parser: '.gitmodules', size: 400_000, text: (n) => '\n'.repeat(n) },
  {
    name: 'submodules',
    parser: '.gitmodules',
    size: 50_000,
    text: (n) => times(n, (at) => `[submodule "${at}"]\n\tpath = p${at}\n`),
  },
  {
    name: '`env!("A")` in one file',
    parser: 'Rust sources',
    size: 20_000,
    text: (n) => 'fn f() { env!("A"); }\n'.repeat(n),
  },
  { name: 'open blocks in Rust', parser: 'Rust sources', size: 200_000, text: (n) => 'mod a {'.repeat(n) },
  { name: 'open comments in Rust', parser: 'Rust sources', size: 1_000_000, text: (n) => '/*'.repeat(n) },
  { name: 'open raw strings in Rust', parser: 'Rust sources', size: 100_000, text: (n) => 'r##"'.repeat(n) },
  {
    name: 'one long line of Rust',
    parser: 'Rust sources',
    size: 1_000_000,
    text: (n) => `let a = ${'1+'.repeat(n)}`,
  },
  {
    name: '`new("git")` in a build script',
    parser: 'build scripts',
    size: 20_000,
    text: (n) => 'fn f() { Command::new("git").args(["describe"]); }\n'.repeat(n),
  },
  {
    name: '`rerun-if-env-changed` in a build script',
    parser: 'build scripts',
    size: 10_000,
    text: (n) => 'println!("cargo::rerun-if-env-changed=A");\n'.repeat(n),
  },
  {
    name: 'a key of dotted parts',
    parser: 'Cargo.toml',
    size: 20_000,
    text: (n) => `${'a.'.repeat(n)}a = 1`,
  },
  {
    name: 'nested arrays in TOML',
    parser: 'Cargo.toml',
    size: 20_000,
    text: (n) => `a = ${'['.repeat(n)}${']'.repeat(n)}`,
  },
  {
    name: 'dependencies in Cargo.toml',
    parser: 'Cargo.toml',
    size: 20_000,
    text: (n) => `[package]\nname = "a"\n[dependencies]\n${times(n, (at) => `d${at} = "1"\n`)}`,
  },
  {
    name: 'packages in Cargo.lock',
    parser: 'Cargo.lock',
    size: 10_000,
    text: (n) => `version = 4\n${times(n, (at) => `[[package]]\nname = "a${at}"\nversion = "1.0.0"\n`)}`,
  },
  {
    name: 'versions of one package in Cargo.lock',
    parser: 'Cargo.lock',
    size: 30_000,
    text: (n) =>
      `version = 4\n${times(n, (at) => `[[package]]\nname = "a"\nversion = "1.0.${at}"\ndependencies = ["a 1.0.${at}"]\n`)}`,
  },
  { name: 'brackets in `members`', parser: 'patterns of members', size: 500_000, text: (n) => '['.repeat(n) },
  { name: 'stars in `members`', parser: 'patterns of members', size: 500_000, text: (n) => 'c*'.repeat(n) },
  {
    name: 'nested `cfg`',
    parser: 'cfg expressions',
    size: 50_000,
    text: (n) => `${'all('.repeat(n)}unix${')'.repeat(n)}`,
  },
  {
    name: 'alternatives of `cfg`',
    parser: 'cfg expressions',
    size: 100_000,
    text: (n) => `any(${'unix,'.repeat(n)}unix)`,
  },
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
    name: 'files in dep-info of 50 MB',
    parser: 'dep-info',
    size: 1_250_000,
    text: (n) => `a: ${times(n, (at) => `src/generated/${at}.rs `)}`,
  },
  {
    name: 'files in a message of Cargo of 50 MB',
    parser: "cargo's messages",
    size: 1_250_000,
    text: (n) =>
      `{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"a"},"filenames":[${times(n, (at) => `"/target/${at}",`)}"a"]}`,
  },
  {
    name: 'a value of many variables',
    parser: 'paths with variables',
    size: 100_000,
    text: (n) => '${A}/'.repeat(n),
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
    name: 'keys of a mapping in a Compose file',
    parser: 'Compose files',
    size: 20_000,
    text: (n) => times(n, (at) => `k${at}: 1\n`),
  },
  {
    name: 'merges of one mapping in a Compose file',
    parser: 'Compose files',
    size: 10_000,
    text: (n) => `a: &a {${times(n, (at) => `k${at}: 1, `)}}\nb: { <<: [${'*a, '.repeat(n)}] }\n`,
  },
  {
    name: 'merges within merges in a Compose file',
    parser: 'Compose files',
    size: 10_000,
    text: (n) => `a0: &a0 { a: 1 }\n${times(n, (at) => `a${at + 1}: &a${at + 1} { <<: *a${at}, k: 1 }\n`)}`,
  },
  {
    name: 'anchors, each with an alias, in an OpenAPI document',
    parser: 'OpenAPI documents',
    size: 10_000,
    text: (n) => times(n, (at) => `- &a${at} x\n- *a${at}\n`),
  },
  {
    name: 'services of a Compose file',
    parser: 'Compose files',
    size: 2_000,
    text: (n) => `services:\n${times(n, (at) => `  s${at}:\n    image: x\n`)}`,
  },
  {
    name: 'bind mounts of a service',
    parser: 'Compose files',
    size: 5_000,
    text: (n) =>
      `services:\n  a:\n    image: x\n    volumes:\n${times(n, (at) => `    - ./a${at}:/b${at}\n`)}`,
  },
  {
    name: 'mistakes in a Compose file',
    parser: 'Compose files',
    size: 5_000,
    text: (n) => `x: ${'a: '.repeat(n)}`,
  },
  {
    name: 'services that extend the one before',
    parser: 'Compose files',
    size: 2_000,
    text: (n) => `services:\n  s0: { image: x }\n${times(n, (at) => `  s${at + 1}: { extends: s${at} }\n`)}`,
  },
  {
    name: 'a complaint of Compose with many names',
    parser: 'lines of Compose files',
    size: 2_000,
    text: (n) => times(n, (at) => `services.a.v${at}: 'b${at}'\n`),
  },
  {
    name: 'lines of an .env file',
    parser: '.env files',
    size: 100_000,
    text: (n) => times(n, (at) => `A${at}=b\n`),
  },
  {
    name: 'one long line of an .env file',
    parser: '.env files',
    size: 5_000_000,
    text: (n) => `A=${'b'.repeat(n)}`,
  },
  {
    name: 'comments in package.json',
    parser: 'names in package.json',
    size: 500_000,
    text: (n) => '/*'.repeat(n),
  },
  {
    name: 'an object file that says it has 65,535 sections',
    parser: 'object files',
    size: 5_000_000,
    text: (n) => `\u007FELF\u0002\u0001\u0001${'ÿ'.repeat(n)}`,
  },
  { name: 'a text of `a.a.a`', parser: 'what is printed', size: 1_000_000, text: (n) => 'a.'.repeat(n) },
  { name: 'a text of `://`', parser: 'what is printed', size: 20_000, text: (n) => '://a:'.repeat(n) },
  {
    name: 'control characters',
    parser: 'what is printed',
    size: 200_000,
    text: (n) => '\u001B[31m'.repeat(n),
  },
];

export function parserOf({ parser }: PathologicalInput) {
  const found = parsers.find(({ name }) => name === parser);
  if (found === undefined) throw new Error(`there is no parser ${parser}`);
  return found;
}
