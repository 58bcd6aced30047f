/** Formats a duration: 0.4 s, 12 s, 3 min 20 s. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Formats a size: 512 B, 1.5 KiB, 10.0 GiB. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let size = bytes / 1024;
  let unit: string = units[0];
  for (const larger of units.slice(1)) {
    // Avoids 1024.0 of one unit, which is 1.0 of the next.
    if (size < 1023.95) break;
    size /= 1024;
    unit = larger;
  }
  return `${size.toFixed(1)} ${unit}`;
}

/** Formats a number of things: 1 crate, 2 crates. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
