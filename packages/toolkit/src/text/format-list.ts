/** Lists some entries and the number of the others: `a; b; c; and 7 more`. */
export function formatList(all: readonly string[], count = 3): string {
  const shown = all.slice(0, count);
  const more = all.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
