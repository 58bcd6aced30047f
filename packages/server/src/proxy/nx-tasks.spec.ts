import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nxTasks } from './nx-tasks.js';

let folder: string;
const table =
  'create table task_details (hash text primary key, project text, target text, configuration text)';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-nx-tasks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Puts a package `nx` into the workspace that names `data` as the folder of its database. */
function installNx(): void {
  const utils = join(folder, 'node_modules/nx/src/utils');
  mkdirSync(utils, { recursive: true });
  const directory = "exports.sharedDataDirectory = (root, kind) => root + '/data/' + kind;";
  writeFileSync(join(utils, 'cache-directory.js'), directory);
  writeFileSync(join(utils, 'workspace-root.js'), `exports.workspaceRoot = ${JSON.stringify(folder)};`);
}

/** Creates the database of a version of Nx. Like Nx, the test keeps it open. */
function createDatabase(name: string, ...statements: readonly string[]): DatabaseSync {
  const data = join(folder, 'data/workspace-data');
  mkdirSync(data, { recursive: true });
  const database = new DatabaseSync(join(data, name));
  database.exec(['pragma journal_mode = wal', ...statements].join(';'));
  return database;
}

it('finds the task of a hash that Nx recorded, also after the first question', () => {
  installNx();
  const tasks = nxTasks(folder);
  expect(tasks.find('7')).toBeUndefined();
  const nx = createDatabase(
    'a-v6.db',
    table,
    "insert into task_details values ('7', '@acme/web', 'build', null)",
  );
  expect(tasks.find('7')).toEqual({ project: '@acme/web', target: 'build' });
  nx.exec("insert into task_details values ('8', 'api', 'build', 'release')");
  expect(tasks.find('8')).toEqual({ project: 'api', target: 'build:release' });
  expect(tasks.find('9')).toBeUndefined();
  tasks.close();
  nx.close();
});

it.each<[string, () => DatabaseSync | undefined]>([
  ['there is no Nx', () => undefined],
  [
    'there is no database',
    () => {
      installNx();
      return undefined;
    },
  ],
  [
    'the database has another table',
    () => {
      installNx();
      return createDatabase('a.db', 'create table task_details (id text)');
    },
  ],
])('knows no task if %s', (_, prepare) => {
  const nx = prepare();
  const tasks = nxTasks(folder);
  expect(tasks.find('7')).toBeUndefined();
  tasks.close();
  nx?.close();
});
