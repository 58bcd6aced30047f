import type { Crate, CrateTarget } from '../manifests/model.js';

/** Returns whether a target produces an artifact. */
function isFinal(target: CrateTarget): boolean {
  return target.kind === 'bin' || target.crateTypes.some((type) => type === 'cdylib' || type === 'staticlib');
}

/** Returns the targets of a crate that produce artifacts. */
export function finalTargets(crate: Crate): CrateTarget[] {
  return crate.targets.filter(isFinal);
}

/** Returns the file names of a target's artifacts, as rustc chooses them (rustc book, "Crate types"). */
export function fileNames(
  target: Pick<CrateTarget, 'kind' | 'name' | 'crateTypes'>,
  triple: string,
): string[] {
  const windows = triple.includes('-windows-');
  const wasm = triple.startsWith('wasm');
  if (target.kind === 'bin') return [`${target.name}${windows ? '.exe' : wasm ? '.wasm' : ''}`];
  const name = target.name.replaceAll('-', '_');
  if (wasm && target.crateTypes.includes('cdylib')) return [`${name}.wasm`];
  const dynamic = windows ? `${name}.dll` : triple.includes('-apple-') ? `lib${name}.dylib` : `lib${name}.so`;
  const archive = triple.endsWith('-msvc') ? `${name}.lib` : `lib${name}.a`;
  return [
    ...(target.crateTypes.includes('cdylib') ? [dynamic] : []),
    ...(target.crateTypes.includes('staticlib') ? [archive] : []),
  ];
}

/** One triple per naming scheme. */
const sampleTriples = ['x86_64-unknown-linux-gnu', 'aarch64-apple-darwin', 'x86_64-pc-windows-msvc'];

/** Returns the file names of a crate's artifacts on all platforms, including those not configured. */
export function fileNamesAnywhere(crate: Crate): string[] {
  const names = finalTargets(crate).flatMap((target) =>
    sampleTriples.flatMap((triple) => fileNames(target, triple)),
  );
  return [...new Set(names)];
}
