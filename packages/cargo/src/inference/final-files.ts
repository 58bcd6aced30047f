import type { Crate, CrateTarget } from '../manifests/model.js';

/** Whether a target ends in a file that is handed over. */
export function isFinal(target: CrateTarget): boolean {
  return target.kind === 'bin' || target.crateTypes.some((type) => type === 'cdylib' || type === 'staticlib');
}

/** The targets of a crate that end in a file that is handed over. */
export function finalTargets(crate: Crate): CrateTarget[] {
  return crate.targets.filter(isFinal);
}

/** The names under which rustc writes a target's final files (rustc book, "Crate types"). */
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

/** One triple for each way of naming files. */
const namings = ['x86_64-unknown-linux-gnu', 'aarch64-apple-darwin', 'x86_64-pc-windows-msvc'];

/** The names of a crate's final files on all platforms, whichever are built for. */
export function fileNamesAnywhere(crate: Crate): string[] {
  const names = finalTargets(crate).flatMap((target) =>
    namings.flatMap((triple) => fileNames(target, triple)),
  );
  return [...new Set(names)];
}
