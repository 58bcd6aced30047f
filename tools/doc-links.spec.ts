import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagesOf } from './doc-commands.ts';

const repository = join(import.meta.dirname, '..');
const read = (page: string) => readFileSync(join(repository, page), 'utf8');
const withoutCode = (markdown: string) => markdown.replaceAll(/^\s*```.*?^\s*```/gms, '');

/** The anchors of a page's headings, as GitHub generates them. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(markdown).matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/\]\([^)]*\)|[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

describe.each(pagesOf(repository))('%s', (page) => {
  it('links to files and headings that exist', () => {
    const text = withoutCode(read(page)).replaceAll(/`[^`\n]*`/g, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(repository, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('the page of attacks names test files that exist', () => {
  const files = [...read('docs/security-tests.md').matchAll(/`([\w./-]+\.spec\.ts)`/g)].map(
    ([, file = '']) => file,
  );
  expect(files.length).toBeGreaterThan(0);
  const missing = files.filter(
    (file) => !existsSync(join(repository, /^(e2e|tools)\//.test(file) ? '' : 'packages', file)),
  );
  expect(missing).toEqual([]);
});
