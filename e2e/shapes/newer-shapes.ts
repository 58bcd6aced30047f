import { bin, goModule, lib, npm, pack, type Shape, stack, virtual } from './shape.ts';

const newest = (name: string, rest = '') =>
  `[package]\nname = "${name}"\nversion.workspace = true\nedition.workspace = true\nlints.workspace = true\n${rest}`;

/** Layouts that newer versions of cargo, Go and Compose allow. */
export const newerShapes: readonly Shape[] = [
  {
    name: 'Tauri 2: a library for phones and a program of one package',
    files: {
      'package.json': npm('my-app'),
      'src-tauri/Cargo.toml': pack(
        'my-app',
        '[lib]\nname = "my_app_lib"\ncrate-type = ["staticlib", "cdylib", "rlib"]\n',
      ),
      'src-tauri/src/lib.rs': '',
      'src-tauri/src/main.rs': 'fn main() {}\n',
      'src-tauri/gen/android/settings.gradle': '',
    },
    projects: { 'my-app': 'src-tauri' },
  },
  {
    name: 'edition 2024, inherited lints and a dependency on the package above (uniffi)',
    files: {
      'Cargo.toml': `${newest('engine')}[lib]\npath = "lib.rs"\n[workspace]\nmembers = ["cli", "tools/*"]\nresolver = "3"\n[workspace.package]\nversion = "1.0.0"\nedition = "2024"\n[workspace.lints.rust]\nunsafe_code = "forbid"\n[workspace.dependencies]\nengine = { path = "." }\n`,
      'lib.rs': '',
      'cli/Cargo.toml': newest('cli', '[dependencies]\nengine.workspace = true\n'),
      'cli/src/main.rs': 'fn main() {}\n',
      'tools/gen/Cargo.toml': newest('gen', '[dependencies]\nengine = { path = "../.." }\n'),
      'tools/gen/src/main.rs': 'fn main() {}\n',
      'tools/notes/README.md': '',
    },
    projects: { engine: '.', cli: 'cli', gen: 'tools/gen' },
    edges: ['cli -> engine', 'gen -> engine'],
  },
  {
    name: 'artifact dependencies (Theseus, blog_os)',
    files: {
      'Cargo.toml': virtual('"kernel", "runner"'),
      '.cargo/config.toml': '[unstable]\nbindeps = true\n',
      ...bin('kernel', 'kernel'),
      ...bin(
        'runner',
        'runner',
        '[build-dependencies]\nkernel = { path = "../kernel", artifact = "bin", target = "x86_64-unknown-none" }\n',
      ),
    },
    projects: { 'cargo-workspace': '.', kernel: 'kernel', runner: 'runner' },
    edges: ['runner -> kernel'],
  },
  {
    name: 'single-file packages beside a crate',
    files: {
      ...bin('app', 'app'),
      'scripts/clean.rs': '#!/usr/bin/env cargo\n---\n[dependencies]\nclap = "4"\n---\nfn main() {}\n',
    },
    projects: { app: 'app' },
  },
  {
    name: 'extension modules for Node.js and Python (napi-rs, maturin)',
    files: {
      'Cargo.toml': virtual('"core", "bindings/*"'),
      ...lib('core', 'core-lib'),
      'package.json': npm('all', ',"workspaces":["bindings/*"]'),
      'bindings/node/package.json': npm('@mill/node'),
      ...lib(
        'bindings/node',
        'mill-node',
        '[lib]\ncrate-type = ["cdylib"]\n[dependencies]\ncore-lib = { path = "../../core" }\n',
      ),
      'bindings/python/pyproject.toml': '[build-system]\nbuild-backend = "maturin"\n',
      ...lib(
        'bindings/python',
        'mill-python',
        '[lib]\nname = "_mill"\ncrate-type = ["cdylib"]\n[dependencies]\ncore-lib = { path = "../../core" }\n',
      ),
    },
    projects: {
      all: '.',
      'core-lib': 'core',
      '@mill/node': 'bindings/node',
      'mill-python': 'bindings/python',
    },
    edges: ['@mill/node -> core-lib', 'mill-python -> core-lib'],
  },
  {
    name: 'directives of newer versions of Go, and a replacement in go.work',
    files: {
      'go.work':
        'go 1.25.0\n\ntoolchain go1.26.0\n\ngodebug default=go1.24\n\nuse (\n\t.\n\t./api // the interface\n)\n\nreplace example.org/fork => ./fork\n',
      'go.mod':
        'module example.org/app // import "example.org/app"\n\ngo 1.25.0\n\ntoolchain go1.26.0\n\ngodebug (\n\tpanicnil=1\n)\n\ntool (\n\texample.org/app/cmd/gen\n\tgolang.org/x/tools/cmd/stringer\n)\n\nignore ./node_modules\n\nretract [v1.0.0, v1.2.0]\n\nrequire (\n\t"example.org/api" v0.1.0\n\texample.org/fork v1.0.0 // indirect\n)\n',
      'main.go':
        'package main\n\nimport _ "example.org/api"\nimport _ "example.org/fork"\n\nfunc main() {}\n',
      'cmd/gen/main.go': 'package main\n\nfunc main() {}\n',
      'api/go.mod': 'module example.org/api\n\ngo 1.25.0\n',
      'api/api.go': 'package api\n',
      'fork/go.mod': 'module example.org/fork\n\ngo 1.25.0\n',
      'fork/fork.go': 'package fork\n',
    },
    projects: { app: '.', api: 'api', fork: 'fork' },
    edges: ['app -> api', 'app -> fork'],
  },
  {
    name: 'Bazel and Go, with examples in modules of their own (rules_go)',
    files: {
      ...goModule('.', 'example.org/rules'),
      'MODULE.bazel': '',
      'BUILD.bazel': '',
      'examples/basic/MODULE.bazel': '',
      ...goModule('examples/basic', 'example.org/rules/examples/basic'),
      ...goModule('tests', 'example.org/rules/tests'),
    },
    projects: { rules: '.', basic: 'examples/basic', tests: 'tests' },
  },
  {
    name: 'a stack with included, extended, provided and watched parts, profiles and models',
    files: {
      'deploy/compose.yaml': `include:
  - path: [infra/compose.yaml, infra/override.yaml]
services:
  api:
    extends: { file: common.yaml, service: base }
    profiles: [api]
    develop: { watch: [{ action: rebuild, path: . }] }
    models: { llm: { endpoint_var: LLM_URL } }
    depends_on: [tunnel]
  tunnel:
    provider: { type: telepresence, options: { namespace: dev } }
models:
  llm: { model: ai/smollm2 }
`,
      'deploy/common.yaml': stack.replace('a:', 'base:'),
      'deploy/infra/compose.yaml': stack,
      'deploy/infra/override.yaml': 'services: { a: { environment: { X: y } } }\n',
    },
    projects: { deploy: 'deploy', infra: 'deploy/infra' },
    edges: ['deploy -> infra'],
  },
  {
    name: 'an npm package with the name of a crate from the registry (monodon #57)',
    files: {
      'package.json': npm('root', ',"workspaces":["js/*"]'),
      'js/tracing/package.json': npm('tracing'),
      ...bin(
        'app',
        'app',
        '[dependencies]\ntracing = "0.1"\nserde = { package = "tracing", version = "0.1" }\n',
      ),
    },
    projects: { tracing: 'js/tracing', app: 'app' },
  },
  {
    name: 'a Go package whose name contains the word import (nx-go #138)',
    files: {
      ...goModule('models', 'example.org/models'),
      'models/sub/sub.go': 'package sub\n',
      'dataimport/go.mod':
        'module example.org/dataimport\n\ngo 1.24\n\nrequire example.org/models v0.0.0\n\nreplace example.org/models => ../models\n',
      'dataimport/data.go': 'package dataimport\n\nimport (\n\t"example.org/models/sub"\n)\n',
    },
    projects: { models: 'models', dataimport: 'dataimport' },
    edges: ['dataimport -> models'],
  },
  {
    name: 'a stack that includes and extends files of other folders (docker/compose #10932)',
    files: {
      'project/compose.yaml':
        'include:\n  - ../other/compose.yaml\n  - path: [../third/compose.yaml, third.override.yaml]\n    project_directory: ../third\nservices:\n  test: { extends: { file: ../common/base.yml, service: b } }\n',
      'project/third.override.yaml': 'services: { c: { image: z } }\n',
      'other/compose.yaml': stack,
      'third/compose.yaml': 'services: { c: { image: y } }\n',
      'common/base.yml': 'services: { b: { image: q } }\n',
    },
    projects: { project: 'project', other: 'other', third: 'third' },
    edges: ['project -> other', 'project -> third'],
  },
];
