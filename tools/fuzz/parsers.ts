/** All parsers for texts of repositories, tools and images, with the words of their formats. */
import { parseCargoMessage, parseProgress } from '../../packages/cargo/dist/cargo-cli/messages.js';
import { evaluateCondition, mayApply } from '../../packages/cargo/dist/resolution/features/cfg.js';
import { parseLockfile } from '../../packages/cargo/dist/manifests/lockfile.js';
import { parseManifest } from '../../packages/cargo/dist/manifests/manifest.js';
import { MemberPattern } from '../../packages/cargo/dist/manifests/member-pattern.js';
import { parseDepInfo } from '../../packages/cargo/dist/source-scan/dep-info.js';
import { interpolate, variablesIn } from '../../packages/cargo/dist/source-scan/scanner/interpolated-path.js';
import { scanSource } from '../../packages/cargo/dist/source-scan/scanner/sources.js';
import { operationsIn } from '../../packages/cargo/dist/vendored/operations.js';
import { readComposeFile } from '../../packages/compose/dist/manifests/compose-file.js';
import { locate } from '../../packages/compose/dist/compose-cli/explain-compose.js';
import { isBuilt } from '../../packages/go/dist/source-scan/build-constraint.js';
import { readPreamble } from '../../packages/go/dist/source-scan/cgo.js';
import { parseGoMod, parseGoWork } from '../../packages/go/dist/manifests/go-mod.js';
import { readGoSource } from '../../packages/go/dist/source-scan/go-source.js';
import { readLiterals } from '../../packages/go/dist/source-scan/literal-reads.js';
import { applyOverlay } from '../../packages/go/dist/openapi/bundling/overlay.js';
import { parseSource } from '../../packages/go/dist/openapi/document/source.js';
import { memorySource, parseObjectFile } from '../../packages/object-file/dist/index.js';
import { parseSubmodules, printable, Redactor } from '../../packages/toolkit/dist/index.js';
import { variablesInDotEnv } from '../../packages/toolkit/dist/files/dot-env.js';
import { packageName } from '../../packages/toolkit/dist/project-names/npm-projects.js';
import { cargoNames, goModuleName } from '../../packages/toolkit/dist/project-names/manifest-names.js';
import { goCode, goMod, openapi, rust, toml, yaml } from './words.ts';

export interface Parser {
  readonly name: string;
  /** Words of its format. */
  readonly words: readonly string[];
  /** True for YAML parsers, which take ten times as long as others. */
  readonly isSlow?: boolean;
  /** Parses a text. May throw a MillwrightError. */
  readonly parse: (text: string) => unknown;
}

const linux = { goos: 'linux', goarch: 'amd64', cgo: true, tags: [] };
const platform = 'x86_64-unknown-linux-gnu';

export const parsers: readonly Parser[] = [
  { name: 'Rust sources', words: rust, parse: (text) => scanSource(text) },
  { name: 'build scripts', words: rust, parse: (text) => scanSource(text, 'build-script') },
  {
    name: 'cfg expressions',
    words: [
      'cfg(',
      'all(',
      'any(',
      'not(',
      ')',
      ',',
      'unix',
      'target_os = "linux"',
      'feature = "a"',
      platform,
      '"',
      '=',
    ],
    parse: (text) => [evaluateCondition(text, platform), mayApply(`cfg(${text})`, platform)],
  },
  { name: 'Cargo.toml', words: toml, parse: (text) => parseManifest('Cargo.toml', text) },
  {
    name: 'Cargo.lock',
    words: ['[[package]]\n', 'version = 4\n', 'source = "git+a#b"\n', 'dependencies = [', ...toml],
    parse: (text) => parseLockfile(text, 'Cargo.lock'),
  },
  {
    name: 'patterns of members',
    words: ['*', '**', '?', '[a-z]', '[!', ']', '/', 'a', 'crates'],
    parse: (text) => new MemberPattern(text).matches('crates/a/b'),
  },
  {
    name: 'names in manifests',
    words: [...toml, ...goMod],
    parse: (text) => [cargoNames(text), goModuleName(text)],
  },
  {
    name: 'names in package.json',
    words: ['{"name":"a"', '"nx":{', ',', '}', ']', '//', '/*', '*/', '"', '\\"', '__proto__'],
    parse: (text) => packageName(text),
  },
  {
    name: 'dep-info',
    words: ['a: b\n', '\\ ', '\\\n', '# env-dep:A=b\n', '# checksum:blake3=a', ':', '$$', '\r\n'],
    parse: (text) => parseDepInfo(text),
  },
  {
    name: 'paths with variables',
    words: ['$A', '${A', '${A:-', '}', '/', '$', '{'],
    parse: (text) => [variablesIn(text), interpolate(text, { A: 'b' })],
  },
  {
    name: "cargo's messages",
    words: [
      '{"reason":"compiler-artifact"',
      '"target":{',
      '"filenames":[',
      '"kind":["bin"]',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      'null',
      'Building [===> ] 1/2: a',
    ],
    parse: (text) => [parseCargoMessage(text), parseProgress(text)],
  },
  {
    name: '.gitmodules',
    words: ['[submodule "a"]\n', 'path = a\n', 'url = ../b\n', 'update = none\n', '\t', '#'],
    parse: (text) => parseSubmodules(text),
  },
  { name: 'go.mod', words: goMod, parse: (text) => parseGoMod('go.mod', text) },
  { name: 'go.work', words: goMod, parse: (text) => parseGoWork('go.work', text) },
  { name: 'Go sources', words: goCode, parse: (text) => readGoSource(text) },
  { name: 'literals of Go tests', words: goCode, parse: (text) => readLiterals(text) },
  { name: 'cgo directives', words: goCode, parse: (text) => readPreamble(text) },
  {
    name: 'build constraints',
    words: ['linux', '!', '&&', '||', '(', ')', 'a', 'go1.18', ' '],
    parse: (text) => isBuilt('a_linux.go', text, linux),
  },
  {
    name: 'OpenAPI documents',
    isSlow: true,
    words: openapi,
    parse: (text) => parseSource('a.yaml', text).lineOf(['paths', 'a']),
  },
  { name: 'operations of an API', isSlow: true, words: openapi, parse: (text) => operationsIn(text) },
  {
    name: 'overlays',
    isSlow: true,
    words: [
      ...yaml,
      'overlay: 1.0.0\n',
      'actions:\n',
      '- target: $\n',
      '  update: { a: 1 }\n',
      '  remove: true\n',
      '$..[?@.a]',
    ],
    parse: (text) => {
      applyOverlay({ a: { b: [1] } }, parseSource('o.yaml', text));
    },
  },
  {
    name: 'targets of overlays',
    words: ['$', '..', '[?', '@.a', ']', '*', "['a']", '[1:2]', '&&', '==', 'length(', 'value(', ')', '"'],
    parse: (text) => {
      const action = { target: text, update: { c: 1 } };
      applyOverlay(
        { a: { b: [1] } },
        { path: 'o', data: { overlay: '1.0.0', actions: [action] }, lineOf: () => 1 },
      );
    },
  },
  {
    name: 'Compose files',
    isSlow: true,
    words: yaml,
    parse: (text) => readComposeFile('compose.yaml', text),
  },
  {
    name: 'lines of Compose files',
    isSlow: true,
    words: [...yaml, 'services.a.volumes', 'services[a]', 'service "a"', "additional properties 'b'", ': '],
    parse: (text) => locate(text, ['compose.yaml'], () => text),
  },
  {
    name: '.env files',
    words: ['A=b\n', 'export A = ', '"', "'", '${B}', '#', ':', '\n', 'GIT_DIR'],
    parse: (text) => variablesInDotEnv(text),
  },
  {
    name: 'object files',
    words: [
      '\u007FELF\u0002\u0001\u0001',
      'MZ',
      'PE\u0000\u0000',
      'ÏúíþÎúíþ',
      '\u0000\u0000\u0000\u0000',
      'ÿÿÿÿ',
      'GLIBC_2.39',
      'Êþº¾',
    ],
    parse: (text) => parseObjectFile(memorySource(Buffer.from(text, 'latin1'), 'sample')),
  },
  {
    name: 'what is printed',
    words: ['a://b:', 'c@', '://', 'secret', 'sec', '\u001B[31m'],
    parse: (text) => [printable(text), new Redactor(['secret', text.slice(0, 9)]).clean(text)],
  },
];
