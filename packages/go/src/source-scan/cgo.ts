import { targetsHostCpu } from '@millwright/toolkit';
import type { CgoPreamble, Includes } from './model.js';

/**
 * Returns the files that C code names: includes, C23's `#embed`, and the assembler's `.incbin`. Conditions
 * are not evaluated, so files in any branch are included.
 */
export function readIncludes(text: string): Includes {
  const quoted: string[] = [];
  const angled: string[] = [];
  let computed = false;
  const directives = /^[ \t]*(?:\/\/[ \t]*)?#[ \t]*(?:include_next|include|import|embed)[ \t]*(?=\S)(.*)$/gm;
  for (const [, rest = ''] of text.matchAll(directives)) {
    const [, quote, angle] = /^(?:"([^"\n]+)"|<([^>\n]+)>)/.exec(rest) ?? [];
    if (quote !== undefined) quoted.push(quote);
    else if (angle !== undefined) angled.push(angle);
    else if (/^[A-Za-z_]/.test(rest)) computed = true;
  }
  for (const [, path = ''] of text.matchAll(/\.incbin[ \t]+\\?"([^"\\\n]+)/g)) quoted.push(path);
  return { quoted: unique(quoted), angled: unique(angled), computed };
}

/**
 * Parses the preamble before `import "C"` (cmd/cgo, "Using cgo with the go command").
 * @param text the file up to the end of its imports
 */
export function readPreamble(text: string): CgoPreamble {
  const includes = readIncludes(text);
  const forced: string[] = [];
  const folders: string[] = [];
  const paths: string[] = [];
  const packages: string[] = [];
  const libraries: string[] = [];
  const libraryFolders: string[] = [];
  const repositoryFolders: string[] = [];
  let hostCpu = false;
  for (const [, directive = ''] of text.matchAll(/^[ \t]*(?:\/\/[ \t]*)?#cgo\b(.*)$/gm)) {
    const colon = directive.indexOf(':');
    if (colon < 0) continue;
    // The name comes last, after the platforms.
    const name =
      directive
        .slice(0, colon)
        .split(/[ \t]+/)
        .at(-1) ?? '';
    const rest = directive.slice(colon + 1);
    hostCpu ||= targetsHostCpu(rest);
    const words = [...rest.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
      word.replace(/["']/g, ''),
    );
    if (name === 'pkg-config') {
      packages.push(...words.filter((word) => /^[A-Za-z]/.test(word)));
      continue;
    }
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? '';
      const [, flag = '', joined = ''] =
        /^(-I|-isystem|-iquote|-idirafter|-include|-imacros)=?(.*)$/.exec(word) ?? [];
      if (flag !== '') {
        const value = inPackage(joined === '' ? (words[++at] ?? '') : joined);
        if (value !== '') (flag === '-include' || flag === '-imacros' ? forced : folders).push(value);
      } else if (/^-l[^/]/.test(word)) libraries.push(word.slice(2));
      else if (word.startsWith('-L/')) libraryFolders.push(word.slice(2));
      else if (word.startsWith(`-L${sourceFolder}`)) repositoryFolders.push(inPackage(word.slice(2)));
      else if (word.includes(sourceFolder)) paths.push(inPackage(word.slice(word.indexOf(sourceFolder))));
    }
  }
  return {
    includes: { ...includes, quoted: unique([...includes.quoted, ...forced]) },
    folders: unique(folders),
    paths: unique(paths),
    packages: unique(packages),
    libraries: unique(libraries),
    libraryFolders: unique(libraryFolders),
    repositoryFolders: unique(repositoryFolders),
    hostCpu,
  };
}

const sourceFolder = '${SRCDIR}';

/** Converts a path to one relative to the package's folder, in which C compilers run. */
function inPackage(path: string): string {
  return path.replaceAll(`${sourceFolder}/`, '').replaceAll(sourceFolder, '.');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
