/** Returns rows of cells as lines with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(cell.length, known[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Returns a time of a server without its milliseconds, such as `2026-11-28T14:00:12Z`. */
export function timeOf(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}
