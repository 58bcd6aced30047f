/** The rule of the server's configuration by which it trusts the jobs of a workspace (`trust` in server.json). */
export function trustRule(
  provider: 'github' | 'gitlab',
  { workspace, repository, branch }: Readonly<Record<'workspace' | 'repository' | 'branch', string>>,
): object {
  return {
    workspace,
    provider,
    repository,
    workflows: [provider === 'github' ? '.github/workflows/ci.yml' : '.gitlab-ci.yml'],
    refs: [`refs/heads/${branch}`],
  };
}
