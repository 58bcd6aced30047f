import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPath } from '@millwright/toolkit';
import { parse } from 'yaml';
import { githubCi } from './github-ci.js';
import { githubRelease } from './github-release.js';
import { gitlabCi } from './gitlab.js';
import { workspaces } from './workspaces.spec.helper.js';

/** Generated files of all workspaces, checked by the tools that people check theirs with. */
let folder: string;
const github: string[] = [];
const gitlab: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-ci-'));
  const write = (list: string[], path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    list.push(path);
  };
  for (const [index, workspace] of Object.values(workspaces).entries()) {
    write(github, `${index}/.github/workflows/ci.yml`, githubCi(workspace));
    const { release } = workspace;
    if (release !== undefined)
      write(github, `${index}/.github/workflows/release.yml`, githubRelease(workspace, release));
    write(gitlab, `${index}/.gitlab-ci.yml`, gitlabCi(workspace));
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Returns what a program prints if it fails, otherwise an empty text. */
function findings(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

/** The bootstrap installs the programs in CI, except actionlint, which no registry of the bootstrap has. */
function itWith(program: string, title: string, body: () => void): void {
  const isRequired = process.env.CI !== undefined && program !== 'actionlint';
  const isMissing = !isRequired && onPath(program, process.env).length === 0;
  it.skipIf(isMissing)(isMissing ? `${title} (needs the program ${program})` : title, body);
}

describe('generated files', () => {
  itWith('actionlint', 'have no findings of actionlint', () => {
    expect(findings('actionlint', github)).toBe('');
  });

  itWith('zizmor', 'have no findings of zizmor, not even for its strictest persona', () => {
    expect(
      findings('zizmor', ['--offline', '--persona=auditor', '--no-progress', '--quiet', ...github]),
    ).toBe('');
  });

  itWith('check-jsonschema', "are valid in GitLab's published schema", () => {
    expect(findings('check-jsonschema', ['--builtin-schema', 'vendor.gitlab-ci', ...gitlab])).toBe('');
  });

  itWith('check-jsonschema', 'are valid in the published schema of workflows', () => {
    expect(findings('check-jsonschema', ['--builtin-schema', 'vendor.github-workflows', ...github])).toBe('');
  });

  itWith('shellcheck', 'have scripts without findings of shellcheck', () => {
    const scripts = Object.values(workspaces).flatMap(scriptsOf);
    const paths = scripts.map((script, index) => {
      writeFileSync(join(folder, `${index}.sh`), `#!/usr/bin/env bash\n${script}\n`);
      return `${index}.sh`;
    });
    expect(findings('shellcheck', paths)).toBe('');
  });
});

type Jobs = Readonly<
  Record<
    string,
    {
      readonly steps?: readonly { readonly run?: string }[];
      readonly script?: readonly string[];
      readonly before_script?: readonly string[];
    }
  >
>;

function scriptsOf(workspace: (typeof workspaces)[string]): string[] {
  const { release } = workspace;
  const workflows = [githubCi(workspace), ...(release ? [githubRelease(workspace, release)] : [])];
  const steps = workflows.flatMap((text) =>
    Object.values((parse(text) as { readonly jobs: Jobs }).jobs).flatMap((job) => job.steps ?? []),
  );
  const jobs = Object.values(parse(gitlabCi(workspace)) as Jobs);
  return [
    ...steps.flatMap(({ run }) => run ?? []),
    ...jobs.flatMap(({ script, before_script: before = [] }) =>
      script === undefined ? [] : [[...before, ...script].join('\n')],
    ),
  ];
}
