import type { Libc } from './platforms.js';

/**
 * Returns the C library that this process runs with, undefined outside Linux.
 * @param report Node's diagnostic report
 */
export function hostLibc(
  os: string = process.platform,
  report: () => object = diagnosticReport,
): Libc | undefined {
  if (os !== 'linux') return undefined;
  const { header } = report() as { readonly header?: { readonly glibcVersionRuntime?: unknown } };
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu';
}

function diagnosticReport(): object {
  // Looking up the names of network addresses takes seconds.
  Object.assign(process.report, { excludeNetwork: true });
  return process.report.getReport();
}
