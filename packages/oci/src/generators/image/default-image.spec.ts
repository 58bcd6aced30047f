import { describe, expect, it } from 'vitest';
import { imageOf } from '../../inference/infer.js';
import { foundProject } from '../found-project.js';
import { defaultImage, githubRepository } from './default-image.js';
import { withImage, withImageTable } from './written-image.js';

const target = (executor: string, options: object) => ({ executor, options });
const cargo = (options: object = {}) => target('@millwright/cargo:cargo-cross', options);
const go = (options: object = {}) => target('@millwright/go:build', options);

describe('the default image', () => {
  const none = { name: undefined, base: undefined };
  it.each<[string, Record<string, ReturnType<typeof target>>, object]>([
    [
      'a crate that is linked to glibc is based on Debian',
      { 'build-linux-amd64': cargo(), 'build-linux-arm64': cargo() },
      { base: 'debian:bookworm-slim' },
    ],
    ['a crate that is built for musl needs no base', { 'build-linux-amd64': cargo({ libc: 'musl' }) }, {}],
    [
      'the build for musl is preferred to that for glibc',
      { 'build-linux-amd64': cargo(), 'build-linux-amd64-musl': cargo({ libc: 'musl' }) },
      { libc: 'musl' },
    ],
    ['a Go program without cgo needs no base', { 'build-linux-amd64': go({ packages: { app: '.' } }) }, {}],
    [
      'a Go program with cgo is based on Debian',
      { 'build-linux-amd64': go({ cgo: true }) },
      { base: 'debian:bookworm-slim' },
    ],
  ])('%s', (_, targets, expected) => {
    const project = foundProject('app', { root: 'app', targets });
    const platforms = project.platforms.length === 1 ? { platforms: ['linux/amd64'] } : {};
    expect(defaultImage(project, none, undefined, false)).toEqual({
      name: 'app',
      user: 'app',
      ...platforms,
      ...expected,
    });
  });

  it('is named after the repository on GitHub, which its label names', () => {
    const project = foundProject('My.App_', { root: '.', targets: { 'build-linux-arm64': go() } });
    expect(defaultImage(project, none, 'git@github.com:Acme/tools.git\n', true)).toEqual({
      name: 'ghcr.io/acme/my-app',
      platforms: ['linux/arm64'],
      user: 'app',
      labels: { 'org.opencontainers.image.source': 'https://github.com/Acme/tools' },
      tags: ['{version}', 'latest'],
    });
  });

  it('is refused for a project that is not built for Linux', () => {
    expect(() => foundProject('app', { root: '.', targets: { 'build-darwin-arm64': go() } })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', why: 'no target builds it for Linux' }) as Error,
    );
  });
});

it.each([
  ['https://github.com/acme/app.git', 'acme/app'],
  ['https://user:secret@github.com/acme/app', 'acme/app'],
  ['ssh://git@github.com/acme/app/', 'acme/app'],
  ['https://gitlab.com/acme/app.git', undefined],
  ['https://github.com.example.org/acme/app', undefined],
  ['../app', undefined],
  [undefined, undefined],
])('the repository of %s is %s', (url, expected) => {
  expect(githubRepository(url)).toBe(expected);
});

describe('an image in a Cargo.toml', () => {
  const image = { name: 'app', user: 'app', tags: ['{version}', 'latest'] };
  const manifest = '# comment\n[package]\nname = "app" # kept\n';

  it('follows the lines that were there, and is what the plugin reads', () => {
    const text = withImageTable(manifest, 'Cargo.toml', image);
    expect(text.startsWith(manifest)).toBe(true);
    expect(imageOf('Cargo.toml', text)).toMatchObject(image);
  });

  it.each([
    ['exists', '[package.metadata.millwright.image]\nname = "other"\n', 'it has the table'],
    ['has an inline table above it', '[package]\nmetadata = { millwright = {} }\n', 'written inline'],
    ['would be part of invalid TOML', '[package', 'the file is invalid'],
  ])('is not added if one %s', (_, text, why) => {
    expect(() => withImageTable(text, 'Cargo.toml', image)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        why: expect.stringContaining(why) as string,
      }) as Error,
    );
  });
});

describe('an image in nx.json', () => {
  const image = { name: 'api', user: 'app' };
  const plugin = '@millwright/oci';
  const options = { images: { api: image } };
  it.each([
    ['adds the plugin', ['other'], ['other', { plugin, options }]],
    ['replaces the name of the plugin', [plugin, 'other'], [{ plugin, options }, 'other']],
    [
      'keeps other images and settings',
      [{ plugin, include: ['a/**'], options: { images: { web: image } } }],
      [{ plugin, include: ['a/**'], options: { images: { web: image, api: image } } }],
    ],
  ])('%s', (_, plugins, expected) => {
    expect(withImage({ plugins }, plugin, 'api', image)).toEqual({ plugins: expected });
  });

  it('does not replace one', () => {
    expect(() => withImage({ plugins: [{ plugin, options }] }, plugin, 'api', image)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }) as Error,
    );
  });
});
