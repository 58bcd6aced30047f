export interface CatalogueEntry {
  /** What the code means, for the troubleshooting page. */
  readonly meaning: string;
  /** What to do where the place that throws knows nothing better. */
  readonly remedy: string;
  /** What other programs print in these cases, as people search for it. */
  readonly printed?: readonly string[];
}
