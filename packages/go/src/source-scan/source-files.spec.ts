import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SourceFiles } from './source-files.js';

it('a Go file that is a link to itself is not read, and those beside it are', () => {
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
