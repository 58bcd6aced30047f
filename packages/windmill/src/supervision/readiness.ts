/**
 * Tells whether a server answers, is the one that was started with the secret, has migrated its database, and has a live worker.
 * @returns false as well if nothing listens
 */
export async function isServerReady(baseUrl: string, secret: string, signal: AbortSignal): Promise<boolean> {
  const headers = { authorization: `Bearer ${secret}` };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
  try {
    const who = await fetch(`${baseUrl}/api/users/whoami`, { headers, signal: limit });
    await who.body?.cancel();
    if (who.status !== 200) return false;
    const answer = await fetch(`${baseUrl}/api/workers/list`, { headers, signal: limit });
    const workers: unknown = await answer.json();
    return answer.ok && Array.isArray(workers) && workers.length > 0;
  } catch {
    return false;
  }
}
