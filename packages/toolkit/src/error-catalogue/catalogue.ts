import { artifacts } from './artifacts.js';
import { builds } from './builds.js';
import { cargo } from './cargo.js';
import type { CatalogueEntry } from './catalogue-entry.js';
import { compose } from './compose.js';
import { general } from './general.js';
import { goClients } from './go-clients.js';
import { go } from './go.js';

const entries = {
  ...general,
  ...builds,
  ...cargo,
  ...go,
  ...goClients,
  ...artifacts,
  ...compose,
};

/** Every error code, once. */
export type ErrorCode = keyof typeof entries;

export const catalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = entries;

interface CatalogueSection {
  readonly title: string;
  readonly entries: Readonly<Partial<Record<ErrorCode, CatalogueEntry>>>;
}

/** The catalogue as the troubleshooting page has it: the codes of a plugin together. */
export const catalogueSections: readonly CatalogueSection[] = [
  { title: 'All plugins', entries: general },
  { title: 'Builds', entries: builds },
  { title: 'Crates', entries: cargo },
  { title: 'Go modules', entries: go },
  { title: 'Go clients', entries: goClients },
  { title: 'Artifacts', entries: artifacts },
  { title: 'Stacks', entries: compose },
];
