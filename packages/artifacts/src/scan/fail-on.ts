/**
 * The severities, from the least to the most serious. `informational` is for notes such as "unmaintained". Apart from the
 * library, which plugins should not load.
 */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** The least severity that fails a scan; `never` for scans that only report. */
export const failOnValues = [...severities, 'never'] as const;

export type FailOn = (typeof failOnValues)[number];
