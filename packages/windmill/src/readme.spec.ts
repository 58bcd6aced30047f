import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';

it("runs the README's first example, which prints what it says", async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'windmill-readme-'));
  const path = join(folder, 'example.ts');
  writeFileSync(path, code.replace("'@millwright/windmill'", `'${join(import.meta.dirname, 'index.ts')}'`));
  try {
    await import(pathToFileURL(path).href);
    expect(printed.mock.calls).toEqual([['Hello Ada']]);
  } finally {
    rmSync(folder, { recursive: true });
    printed.mockRestore();
  }
});
