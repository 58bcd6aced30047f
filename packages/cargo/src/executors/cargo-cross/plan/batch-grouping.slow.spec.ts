import { afterEach, describe, expect, it, vi } from 'vitest';
import { taskVariables } from '../../../hashing/task-variables.js';
import { FakeWorkspace, hostTriple } from '../fake-cargo.spec.helper.js';
import { buildTaskWith } from './build-task.spec.helper.js';
import { Preparation } from './prepare.js';
import { groupCompatibleBuilds } from './batch-grouping.js';

let workspace: FakeWorkspace | undefined;
afterEach(() => {
  workspace?.[Symbol.dispose]();
});

type Units = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Returns the groups of projects that share a cargo. */
async function groupsOf(opened: FakeWorkspace, ...names: readonly string[]): Promise<string[][]> {
  const preparation = new Preparation(opened.root);
  const set = { features: [], defaultFeatures: true, allFeatures: false };
  const requests = await Promise.all(
    names.map((name) => preparation.prepare(buildTaskWith(opened.root, {}, {}, name), set)),
  );
  const groups = await groupCompatibleBuilds(requests, opened.root);
  return groups.map((group) => group.map(({ project }) => project));
}

const crates = { app: {}, tool: {} };
const sameFeatures: Units = { app: { serde: ['derive'] }, tool: { serde: ['derive'] } };
const differentFeatures: Units = { app: { serde: ['derive'] }, tool: { serde: ['derive', 'rc'] } };

describe('grouping two packages', () => {
  it.each<[string, Units, string[][]]>([
    ['shares a cargo if a common dependency has the same features', sameFeatures, [['app', 'tool']]],
    [
      'shares a cargo if they have different dependencies',
      { app: { serde: [] }, tool: { regex: [] } },
      [['app', 'tool']],
    ],
    ['separates them if cargo would unify their features', differentFeatures, [['app'], ['tool']]],
  ])('%s', async (_, units, groups) => {
    workspace = new FakeWorkspace(crates, units);
    expect(await groupsOf(workspace, 'app', 'tool')).toEqual(groups);
  });
});

it('queries no plan for a single package', async () => {
  workspace = new FakeWorkspace(crates, sameFeatures);
  expect(await groupsOf(workspace, 'app')).toEqual([['app']]);
  expect(workspace.planned()).toEqual([]);
});

it('queries a single plan if there are no external packages and no features', async () => {
  workspace = new FakeWorkspace(crates, { app: { core: [] }, tool: { core: [] } });
  workspace.write('Cargo.lock', 'version = 4\n');
  expect(await groupsOf(workspace, 'app', 'tool')).toEqual([['app', 'tool']]);
  expect(workspace.planned()).toHaveLength(1);
});

it('builds packages separately if cargo cannot plan the build', async () => {
  workspace = new FakeWorkspace(crates, sameFeatures);
  workspace.failPlans();
  expect(await groupsOf(workspace, 'app', 'tool')).toEqual([['app'], ['tool']]);
});

describe('the cache of groups', () => {
  const setMachineDigest = () => {
    vi.stubEnv(taskVariables('.', hostTriple).digest, 'digest');
  };

  it('answers until an input of the plan changes', async () => {
    workspace = new FakeWorkspace(crates, sameFeatures);
    setMachineDigest();
    await groupsOf(workspace, 'app', 'tool');
    const calls = workspace.planned().length;
    expect(await groupsOf(workspace, 'app', 'tool')).toEqual([['app', 'tool']]);
    expect(workspace.planned()).toHaveLength(calls);
    workspace.write(
      'Cargo.lock',
      'version = 4\n[[package]]\nname = "serde"\nversion = "2"\nsource = "registry"\n',
    );
    await groupsOf(workspace, 'app', 'tool');
    expect(workspace.planned().length).toBeGreaterThan(calls);
  });

  it.each<[string, (opened: FakeWorkspace) => void]>([
    ['if the toolchain was not hashed', () => undefined],
    [
      'if a configuration file is invalid, which cargo reports',
      (opened) => {
        setMachineDigest();
        opened.write('.cargo/config.toml', 'not = [toml');
        opened.write('Cargo.lock', '');
      },
    ],
  ])('is not used %s', async (_, change) => {
    workspace = new FakeWorkspace(crates, sameFeatures);
    change(workspace);
    await groupsOf(workspace, 'app', 'tool');
    expect(workspace.planned().length).toBeGreaterThan(0);
  });
});
