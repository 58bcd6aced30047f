/** Texts in the formats of Compose, npm and the system. */
import { times, type TextInput } from './text-input.ts';

export const othersTexts: readonly TextInput[] = [
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
    name: 'merges of one list of merges in a Compose file',
    parser: 'Compose files',
    size: 10_000,
    text: (n) => `a: &a { b: 1 }\nb: &b [${'*a, '.repeat(n)}]\n${times(n, (at) => `c${at}: { <<: *b }\n`)}`,
  },
  {
    name: 'lists as keys, and as many anchors, in a Compose file',
    parser: 'Compose files',
    size: 5_000,
    text: (n) => times(n, (at) => `a${at}: &a${at} x\n? [b]\n: 1\n`),
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
