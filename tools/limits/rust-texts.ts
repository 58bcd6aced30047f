/** Texts in the formats of Cargo and Rust, and of git. */
import { times, type TextInput } from './text-input.ts';

export const rustTexts: readonly TextInput[] = [
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
];
