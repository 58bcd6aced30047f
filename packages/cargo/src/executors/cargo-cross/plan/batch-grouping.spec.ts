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

/** The projects that share a cargo, of workspaces whose crates take packages with the given features. */
async function shared(opened: FakeWorkspace, ...names: readonly string[]): Promise<string[][]> {
  const preparation = new Preparation(opened.root);
  const set = { features: [], defaultFeatures: true, allFeatures: false };
  const requests = await Promise.all(
    names.map((name) => preparation.prepare(buildTaskWith(opened.root, {}, {}, name), set)),
  );
  const groups = await groupCompatibleBuilds(requests, opened.root);
  return groups.map((group) => group.map(({ project }) => project));
}

const crates = { app: {}, tool: {} };
const alike: Units = { app: { serde: ['derive'] }, tool: { serde: ['derive'] } };
const apart: Units = { app: { serde: ['derive'] }, tool: { serde: ['derive', 'rc'] } };

describe('two packages share a cargo', () => {
  it.each<[string, Units, string[][]]>([
    ['where they take a crate with the same features', alike, [['app', 'tool']]],
    ['where they take different crates', { app: { serde: [] }, tool: { regex: [] } }, [['app', 'tool']]],
    ['not where cargo would join their features', apart, [['app'], ['tool']]],
  ])('%s', async (_, units, groups) => {
    workspace = new FakeWorkspace(crates, units);
    expect(await shared(workspace, 'app', 'tool')).toEqual(groups);
  });
});

it('one package needs no plan of cargo', async () => {
  workspace = new FakeWorkspace(crates, alike);
  expect(await shared(workspace, 'app')).toEqual([['app']]);
  expect(workspace.planned()).toEqual([]);
});

it('one plan for all is enough where no crate comes from elsewhere and none has features', async () => {
  workspace = new FakeWorkspace(crates, { app: { core: [] }, tool: { core: [] } });
  workspace.write('Cargo.lock', 'version = 4\n');
  expect(await shared(workspace, 'app', 'tool')).toEqual([['app', 'tool']]);
  expect(workspace.planned()).toHaveLength(1);
});

it('packages of a cargo that gives no plan are built alone', async () => {
  workspace = new FakeWorkspace(crates, alike);
  workspace.refusePlans();
  expect(await shared(workspace, 'app', 'tool')).toEqual([['app'], ['tool']]);
});

describe("cargo's answer", () => {
  const announce = () => {
    vi.stubEnv(taskVariables('.', hostTriple).digest, 'digest');
  };

  it('is kept until what it follows from changes', async () => {
    workspace = new FakeWorkspace(crates, alike);
    announce();
    await shared(workspace, 'app', 'tool');
    const asked = workspace.planned().length;
    expect(await shared(workspace, 'app', 'tool')).toEqual([['app', 'tool']]);
    expect(workspace.planned()).toHaveLength(asked);
    workspace.write(
      'Cargo.lock',
      'version = 4\n[[package]]\nname = "serde"\nversion = "2"\nsource = "registry"\n',
    );
    await shared(workspace, 'app', 'tool');
    expect(workspace.planned().length).toBeGreaterThan(asked);
  });

  it.each<[string, (opened: FakeWorkspace) => void]>([
    ['where nobody has looked at the toolchain', () => undefined],
    [
      'beside a manifest that does not parse, which cargo reports',
      (opened) => {
        announce();
        opened.write('.cargo/config.toml', 'not = [toml');
        opened.write('Cargo.lock', '');
      },
    ],
  ])('follows from the files each time %s', async (_, change) => {
    workspace = new FakeWorkspace(crates, alike);
    change(workspace);
    await shared(workspace, 'app', 'tool');
    expect(workspace.planned().length).toBeGreaterThan(0);
  });
});
