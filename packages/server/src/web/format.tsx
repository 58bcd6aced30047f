/** Returns a time as `2026-11-28 16:30`, in UTC. */
export function timeText(time: Date | number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

export function Time({ time }: { readonly time: Date }) {
  return <time datetime={time.toISOString()}>{timeText(time)}</time>;
}

/** Returns a share of 0 to 1 as `42 %`, or a dash if there is none. Only all is 100 %, and only nothing is 0 %. */
export function percentText(share: number | undefined): string {
  if (share === undefined) return '–';
  const rounded = Math.round(share * 100);
  if (share > 0 && rounded === 0) return '< 1 %';
  if (share < 1 && rounded === 100) return '> 99 %';
  return `${rounded} %`;
}

/** Returns a count with its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}
