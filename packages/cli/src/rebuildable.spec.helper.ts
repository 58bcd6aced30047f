import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A statement about a file, without a commit. */
function statementOf(content: string) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: createHash('sha256').update(content).digest('hex') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:millwright:build:cargo:v1',
        externalParameters: { task: 'app:build', folder: '.', options: {} },
        internalParameters: { dirty: false, toolchain: '1.95.0' },
      },
      runDetails: { builder: { id: 'urn:millwright:builder:local' } },
    },
  };
}

/**
 * Creates a repository with a script in place of Nx, and `app`, an artifact that it built.
 * @param rebuilt what the script builds: the content of the artifact, or another one
 */
export function rebuildableArtifact(folder: string, artifact: string, rebuilt = artifact): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  mkdirSync(folder, { recursive: true });
  const build =
    'mkdir artifacts && cp content artifacts/app && cp statement.json artifacts/app.provenance.json';
  writeFileSync(join(folder, 'nx.json'), '{}');
  writeFileSync(join(folder, 'nx'), `#!/bin/sh\n[ "$*" = "run app:build --skip-nx-cache" ] && ${build}\n`, {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'content'), rebuilt);
  writeFileSync(join(folder, 'statement.json'), JSON.stringify(statementOf(rebuilt)));
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  const gitCommit = git('rev-parse', 'HEAD').trim();
  const { predicate, ...statement } = statementOf(artifact);
  const { buildDefinition } = predicate;
  const resolvedDependencies = [{ name: 'sources', digest: { gitCommit } }];
  writeFileSync(join(folder, 'app'), artifact);
  writeFileSync(
    join(folder, 'app.provenance.json'),
    JSON.stringify({
      ...statement,
      predicate: { ...predicate, buildDefinition: { ...buildDefinition, resolvedDependencies } },
    }),
  );
}
