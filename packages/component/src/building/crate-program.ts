import { basename } from 'node:path';
import type { CrateArtifact } from '@millwright/cargo/build';
import { componentError } from '../errors.js';
import type { Subject } from './program.js';

/** Returns the only program, or the one with the name of the component. */
export function programOf(
  artifacts: readonly CrateArtifact[],
  { name, file }: Pick<Subject, 'name' | 'file'>,
): CrateArtifact {
  const named = artifacts.map((artifact) => ({
    artifact,
    program: basename(artifact.path).replace(/\.exe$/, ''),
  }));
  const programs = named.filter(({ program }) => !/\.(so|dylib|dll|a|lib|wasm)$/.test(program));
  const [only, other] = programs;
  if (only !== undefined && other === undefined) return only.artifact;
  const same = programs.find(({ program }) => program === name);
  if (same !== undefined) return same.artifact;
  throw componentError('COMPONENT_PROGRAM_AMBIGUOUS', {
    what: only === undefined ? `no program for ${file}` : `several programs for ${file}`,
    why:
      only === undefined
        ? 'the crate has no binary target'
        : `none of ${programs.map(({ program }) => program).join(', ')} has the name of the component, ${name}`,
    remedy: 'name the program in `binary` of the build in component.yaml',
  });
}
