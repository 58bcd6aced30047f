import { faultCount } from './compare.ts';
import { layouts } from './packages.ts';
import type { Result } from './run.ts';

/** Formats the page docs/corpus.md. */
export function report(results: readonly Result[], date: string, machine: string): string {
  const published = results.filter(({ layout }) => layout === undefined);
  const laidOut = results.filter(({ layout }) => layout !== undefined);
  const crates = published.filter(({ kind }) => kind === 'crate');
  const modules = published.filter(({ kind }) => kind === 'module');
  return `# The plugins on published packages

${date}, on ${machine}. Written by \`npm run corpus\`, which says how it works in \`tools/corpus.ts\`.

Each package stands in one repository beside the others, as it was published. Projects and edges, read without a
toolchain, are held against \`cargo metadata\` and \`go list\`; what compilers and build scripts say they read against the
inputs of \`check\` or \`vet\` and \`build\`; and no input may belong to a package that this one does not depend on. An edge
counts that any workspace of the repository has: each takes the others by \`[patch]\`, and may resolve what they depend on
to other versions than their own workspace does.

${summary('crates', crates)}
${summary('Go modules', modules)}

${table('crate', crates)}

${table('module', modules)}

## Layouts

Published packages lack workspaces, nested packages, replacements and symbolic links. So a program that depends on one is
generated beside it, and both are compared as above: as members of one workspace (Cargo's, or that of a go.work file); the
package in a folder within the program's; the program in a folder within the package's; the package as what replaces the
published one (\`[patch]\` by path, \`replace\`); and the package behind a symbolic link. In each column: files read by
both, then faults.

${summary('packages in layouts', laidOut)}

${layoutTable(laidOut)}
${details(results)}`;
}

/** Returns a table with one row per package: the files that were read, and the faults in each layout. */
function layoutTable(results: readonly Result[]): string {
  const rows = [...Map.groupBy(results, ({ name }) => name)].map(([name, own]) => [
    name,
    own[0]?.version ?? '',
    ...layouts.map((layout) => {
      const both = own.filter((one) => one.layout === layout);
      return both.some(({ truth }) => truth.skipped !== undefined)
        ? 'not compiled'
        : `${sum(both, ({ truth }) => truth.files.length)}, ${sum(both, ({ faults }) => faultCount(faults))}`;
    }),
  ]);
  return markdown(['package', 'version', ...layouts], rows);
}

function sum(results: readonly Result[], of: (result: Result) => number): number {
  return results.reduce((total, result) => total + of(result), 0);
}

function summary(what: string, results: readonly Result[]): string {
  const compiled = results.filter(({ truth }) => truth.skipped === undefined).length;
  const edges = sum(results, ({ truth }) => truth.edges.length);
  const files = sum(results, ({ truth }) => truth.files.length);
  const variables = sum(results, ({ truth }) => truth.variables.length);
  const faults = sum(results, (result) => faultCount(result.faults));
  return `- ${results.length} ${what}, ${compiled} of them compiled: ${edges} edges, ${files} files and ${variables} variables read; ${faults} faults.`;
}

function table(head: string, results: readonly Result[]): string {
  const rows = results.map(({ name, version, truth, faults }) => [
    name,
    version,
    String(truth.programs.length),
    String(truth.edges.length),
    truth.skipped === undefined ? String(truth.files.length) : 'not compiled',
    String(truth.variables.length),
    String(faultCount(faults)),
  ]);
  return markdown([head, 'version', 'programs', 'edges', 'files read', 'variables', 'faults'], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function details(results: readonly Result[]): string {
  const lines = results.flatMap(({ name, layout, truth, faults }) => {
    const label = layout === undefined ? name : `${name} (${layout})`;
    return [
      ...(truth.skipped === undefined ? [] : [`- ${label} was not compiled: ${truth.skipped}`]),
      ...Object.values(faults as unknown as Record<string, readonly string[]>).flatMap((found) =>
        found.map((fault) => `- ${label}: ${fault}`),
      ),
    ];
  });
  return lines.length === 0 ? '' : `\n## Faults, and what was not compiled\n\n${lines.join('\n')}\n`;
}
