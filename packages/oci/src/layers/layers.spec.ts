import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { behindLinks, entryName, fileEntries, withParents } from './files.js';
import { addUser, findUser } from './users.js';

describe('files of an image', () => {
  let root: string;
  const write = (path: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'text', { mode });
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'files-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('takes folders with their content in order, links, and executable files', () => {
    write('assets/z.txt', 0o600);
    write('assets/bin/run', 0o700);
    symlinkSync('bin/run', join(root, 'assets/run'));
    const entries = fileEntries(root, [{ source: 'assets', path: '/srv/assets/' }]);
    expect(entries.map(({ name, mode, content }) => [name, mode.toString(8), content.kind])).toEqual([
      ['srv/assets', '755', 'folder'],
      ['srv/assets/bin', '755', 'folder'],
      ['srv/assets/bin/run', '755', 'file'],
      ['srv/assets/run', '777', 'link'],
      ['srv/assets/z.txt', '644', 'file'],
    ]);
  });

  it('gives files the mode that is asked for', () => {
    write('key');
    expect(fileEntries(root, [{ source: 'key', path: '/etc/key', mode: '0400' }])[0]?.mode).toBe(0o400);
  });

  it.each([
    ['a missing file', 'none', 'IMAGE_ARTIFACT_MISSING'],
    ['a path outside the workspace', '../none', 'PATH_OUTSIDE_WORKSPACE'],
    ['a link to a file outside the workspace', 'absolute', 'IMAGE_FILE_REFUSED'],
    ['a link to a folder', 'to-folder', 'IMAGE_FILE_REFUSED'],
    ['a broken link', 'broken', 'IMAGE_FILE_REFUSED'],
    ['a link in a folder that leads out of it', 'out', 'IMAGE_FILE_REFUSED'],
    ['a link in a folder to an absolute path', 'linked', 'IMAGE_FILE_REFUSED'],
    ['a file that would remove another from the image', 'removing', 'IMAGE_FILE_REFUSED'],
  ])('refuses %s', (_, source, code) => {
    for (const folder of ['out', 'linked', 'beside']) mkdirSync(join(root, folder));
    write('removing/.wh.config');
    symlinkSync('/etc/passwd', join(root, 'absolute'));
    symlinkSync('beside', join(root, 'to-folder'));
    symlinkSync('none', join(root, 'broken'));
    symlinkSync('../beside', join(root, 'out/link'));
    symlinkSync('/etc/passwd', join(root, 'linked/link'));
    expect(() => fileEntries(root, [{ source, path: '/etc/x' }])).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('follows a link to a file that is added by its name, and keeps links that stay in their folder', () => {
    write('config-1.yaml');
    write('zones/Pacific/Auckland');
    mkdirSync(join(root, 'zones/posix/US'), { recursive: true });
    symlinkSync('config-1.yaml', join(root, 'config.yaml'));
    symlinkSync('../../Pacific/Auckland', join(root, 'zones/posix/US/Pole'));
    const files = [
      { source: 'config.yaml', path: '/etc/app.yaml' },
      { source: 'zones', path: '/zones' },
    ];
    const entries = new Map(fileEntries(root, files).map(({ name, content }) => [name, content]));
    expect(entries.get('etc/app.yaml')).toEqual({
      kind: 'file',
      source: join(root, 'config-1.yaml'),
      size: 4,
    });
    expect(entries.get('zones/posix/US/Pole')).toEqual({ kind: 'link', target: '../../Pacific/Auckland' });
  });

  it.each(['etc/x', '/', '//', '/a/..', '/a\nb', '/.wh.a/b'])('refuses %j as a path in the image', (path) => {
    expect(() => entryName(path)).toThrow(expect.objectContaining({ code: 'IMAGE_FILE_REFUSED' }) as Error);
  });

  it('are put behind the links of the base, which stay', () => {
    const file = {
      name: 'lib/x86_64-linux-gnu/a.so',
      mode: 0o644,
      content: { kind: 'text', text: '' },
    } as const;
    const folder = { name: 'var/run', mode: 0o755, content: { kind: 'folder' } } as const;
    const links = new Map([
      ['lib', 'usr/lib'],
      ['var/run', '/run'],
      ['etc/localtime', '/usr/share/zoneinfo/UTC'],
      ['loop', 'loop'],
    ]);
    const named = (name: string) => ({ ...file, name });
    const placed = behindLinks(
      [file, folder, named('var/run/app/pid'), named('etc/localtime'), named('loop/a'), named('a')],
      links,
    );
    expect(placed.map(({ name }) => name)).toEqual([
      'usr/lib/x86_64-linux-gnu/a.so',
      'run',
      'run/app/pid',
      'etc/localtime',
      'loop/a',
      'a',
    ]);
  });

  it('adds the folders that lead to an entry, but leaves those of the base as they are', () => {
    const entry = (name: string) => ({ name, mode: 0o644, content: { kind: 'text', text: '' } as const });
    const names = (present?: ReadonlySet<string>) =>
      withParents([entry('var/run/app/pid'), entry('tmp/x'), entry('lib/a.so')], present).map(
        ({ name }) => name,
      );
    expect(names()).toEqual([
      'lib',
      'lib/a.so',
      'tmp',
      'tmp/x',
      'var',
      'var/run',
      'var/run/app',
      'var/run/app/pid',
    ]);
    expect(names(new Set(['lib', 'tmp', 'var', 'var/run']))).toEqual([
      'lib/a.so',
      'tmp/x',
      'var/run/app',
      'var/run/app/pid',
    ]);
  });
});

describe('users of an image', () => {
  const debian = {
    passwd: 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    group: 'root:x:0:\nnogroup:x:65534:\n',
  };

  it('finds a user of the base', () => {
    expect(findUser(debian, 'nobody')).toEqual({
      name: 'nobody',
      uid: 65_534,
      gid: 65_534,
      home: '/nonexistent',
    });
    expect(findUser(debian, 'app')).toBeUndefined();
  });

  it('root has the number 0, even without a base', () => {
    expect(findUser({ passwd: '', group: '' }, 'root')).toMatchObject({ uid: 0, gid: 0 });
  });

  it('adds a user and its group after those of the base, once', () => {
    const user = { name: 'app', uid: 10_001, gid: 10_001, home: '/' };
    const added = addUser(debian, user);
    expect(added).toEqual({
      passwd: `${debian.passwd}\napp:*:10001:10001:app:/:/sbin/nologin\n`,
      group: `${debian.group}app:x:10001:\n`,
    });
    expect(addUser(added, user)).toEqual(added);
    expect(addUser({ passwd: '', group: '' }, user).passwd).toBe(
      'root:x:0:0:root:/root:/sbin/nologin\napp:*:10001:10001:app:/:/sbin/nologin\n',
    );
  });
});
