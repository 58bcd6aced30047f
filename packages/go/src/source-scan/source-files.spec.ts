import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { filesAt, realPath, SourceFiles } from './source-files.js';

it('realPath resolves links, and keeps the name of the workspace itself', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'millwright-go-files-'));
  try {
    mkdirSync(join(workspace, 'real'));
    symlinkSync('real', join(workspace, 'link'));
    const paths = ['link', 'real', '.', 'missing'];
    expect(paths.map((path) => realPath(workspace, path))).toEqual(['real', 'real', '.', 'missing']);
  } finally {
    rmSync(workspace, { recursive: true });
  }
});

it('ignores a Go file that is a link to itself', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'millwright-go-files-'));
  try {
    mkdirSync(join(workspace, 'tool'));
    writeFileSync(join(workspace, 'tool/main.go'), 'package main\n');
    symlinkSync('self.go', join(workspace, 'tool/self.go'));
    const files = new SourceFiles(workspace, {});
    expect(files.foldersBelow('tool')).toEqual(['tool']);
    expect(files.filesIn('tool')).toEqual(['main.go', 'self.go']);
    expect([...(files.package('tool')?.sources.keys() ?? [])]).toEqual(['main.go']);
  } finally {
    rmSync(workspace, { recursive: true });
  }
});

it('a folder that a cgo directive names is listed, and none of a whole file system', () => {
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const workspace = mkdtempSync(join(tmpdir(), 'millwright-go-files-'));
  try {
    mkdirSync(join(workspace, 'inc/deep'), { recursive: true });
    for (const path of ['inc/a.h', 'inc/deep/b.h']) writeFileSync(join(workspace, path), '');
    expect(filesAt(workspace, 'inc')).toEqual(['inc/a.h', 'inc/deep/b.h']);
    expect(filesAt(workspace, 'inc', 3)).toHaveLength(2);
    expect(say).not.toHaveBeenCalled();
    expect(filesAt(workspace, 'inc', 2)).toEqual([]);
    expect(say.mock.calls.join()).toContain('the folder inc has too many files to be hashed');
  } finally {
    say.mockRestore();
    rmSync(workspace, { recursive: true });
  }
});
