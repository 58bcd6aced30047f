import { z } from 'zod';

/**
 * An option with a glibc version. On the command line, 2.30 arrives as the number 2.3. It cannot mean glibc
 * 2.3, because no current compiler supports such a version.
 */
export const glibcVersion = z.preprocess(
  (value) => (typeof value === 'number' ? value.toFixed(2) : value),
  z.string().regex(/^2\.\d{2}$/, 'expected a glibc version such as "2.28"'),
);
