/**
 * Runs work in parallel lanes. A lane that becomes free takes the first waiting piece, and ends when there is none.
 * @param run runs a piece of work in a lane
 * @returns each lane with the results of its work, in its order
 */
export function runInLanes<Lane, Work, Result>(
  lanes: readonly Lane[],
  work: readonly Work[],
  run: (work: Work, lane: Lane) => Promise<Result>,
): readonly { readonly lane: Lane; readonly results: Promise<readonly Result[]> }[] {
  // Shared by the lanes: an iterator gives each piece once.
  const waiting = work.values();
  const runAll = async (lane: Lane) => {
    const results: Result[] = [];
    for (const taken of waiting) results.push(await run(taken, lane));
    return results;
  };
  return lanes.map((lane) => ({ lane, results: runAll(lane) }));
}
