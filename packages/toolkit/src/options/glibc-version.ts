import { z } from 'zod';

/**
 * An option that takes a version of glibc. On the command line 2.30 arrives as the number 2.3; no compiler of today
 * links for a version with one digit, so none can be meant.
 */
export const glibcVersion = z.preprocess(
  (value) => (typeof value === 'number' ? value.toFixed(2) : value),
  z.string().regex(/^2\.\d{2}$/, 'expected a glibc version such as "2.28"'),
);
