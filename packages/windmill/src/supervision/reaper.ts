/**
 * The reaper of a supervised server: a process in its own session. It ends the server, its jobs and
 * its database, and removes the state folder, once the process of the engine is gone, even by `kill -9`.
 *
 * node reaper.js <ReaperConfig as JSON>
 */
import { rmSync } from 'node:fs';
import { becomeReaper } from '@millwright/toolkit/reaper';
import { databaseMarker, endDatabase, ServerTree } from './process-tree.js';

/** The parameters of a reaper process. */
export interface ReaperConfig {
  readonly marker: string;
  readonly stateFolder: string;
  /** Milliseconds that running jobs have to end after SIGTERM, before they are killed. */
  readonly grace: number;
}

const config = JSON.parse(process.argv[2] ?? '{}') as ReaperConfig;
const tree = new ServerTree(config.marker);
const database = new ServerTree(databaseMarker(config.marker));

await becomeReaper((line) => {
  const [word, pid] = line.split(' ');
  if (word === 'started') tree.add(Number(pid));
  if (word === 'ended') tree.clear();
  if (word === 'database') database.add(Number(pid));
});
tree.drain();
await tree.ended(config.grace);
await tree.kill();
await endDatabase(database);
rmSync(config.stateFolder, { recursive: true, force: true });
process.exit(0);
