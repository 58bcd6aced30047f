import type { CatalogueEntry } from './catalogue-entry.js';

/** What any of the plugins may refuse. */
export const general = {
  OPTION_INVALID: {
    meaning: 'An option has a value that the executor, generator or plugin does not accept.',
    remedy: 'Correct the option where it is set: nx.json, project.json or the command line.',
  },
  PLATFORM_UNKNOWN: {
    meaning: 'A platform or target triple is not one that Millwright knows.',
    remedy: 'Use a platform as OCI writes it, such as linux/amd64 or linux/arm64.',
  },
  OBJECT_FILE_INVALID: {
    meaning: 'A file is no object file, or is damaged.',
    remedy: 'Build the file again.',
  },
  PROCESS_FAILED: {
    meaning: 'A program that was started ended with an error.',
    remedy: 'Read the output above; run again with --verbose to see all of it.',
  },
  PROCESS_MISSING: {
    meaning: 'A program that is needed is not on this machine.',
    remedy: 'Install the program and see that it is on PATH.',
  },
} satisfies Record<string, CatalogueEntry>;
