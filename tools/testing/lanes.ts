/** A piece of work, and the group of those that must not run at the same time. */
export interface Grouped {
  readonly group?: string | undefined;
}

/**
 * Runs work in parallel lanes. A lane that becomes free takes the first waiting piece whose group is not running. It ends
 * when there is none, because the lane that runs the group takes the rest of it.
 * @param run runs a piece of work in a lane
 * @returns each lane with the results of its work, in its order
 */
export function runInLanes<Lane, Work extends Grouped, Result>(
  lanes: readonly Lane[],
  work: readonly Work[],
  run: (work: Work, lane: Lane) => Promise<Result>,
): readonly { readonly lane: Lane; readonly results: Promise<readonly Result[]> }[] {
  const waiting = [...work];
  const running = new Set<string>();
  const runAll = async (lane: Lane) => {
    const results: Result[] = [];
    for (;;) {
      const next = waiting.findIndex(({ group }) => group === undefined || !running.has(group));
      const [taken] = next < 0 ? [] : waiting.splice(next, 1);
      if (taken === undefined) return results;
      if (taken.group !== undefined) running.add(taken.group);
      try {
        results.push(await run(taken, lane));
      } finally {
        if (taken.group !== undefined) running.delete(taken.group);
      }
    }
  };
  return lanes.map((lane) => ({ lane, results: runAll(lane) }));
}
