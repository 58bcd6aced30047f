import { cargoError } from '../errors.js';
import { asTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';

/**
 * Rejects targets that only nightly cargo supports, before compiling: custom target specifications, and targets set by
 * a package (Cargo reference, "Unstable Features", `per-package-target`).
 * @param target the task's option "target"
 * @param manifest the path of the crate's Cargo.toml
 * @param name its path in the workspace, for the message
 * @throws MillwrightError TARGET_UNSUPPORTED
 */
export function checkTarget(target: string | undefined, manifest: string, name: string): void {
  if (target?.endsWith('.json') === true) {
    throw cargoError('TARGET_UNSUPPORTED', {
      what: `custom target specifications are not supported: ${target}`,
      why: 'the linker, the artifact folder and the hash are derived from the name of a built-in target triple',
    });
  }
  const pack = asTable(readConfig(manifest).package) ?? {};
  const key = ['forced-target', 'default-target'].find((name) => pack[name] !== undefined);
  if (key === undefined) return;
  throw cargoError('TARGET_UNSUPPORTED', {
    what: `package.${key} in ${name} is not supported`,
    why: 'cargo would build for the target that the manifest names, but the artifact would be placed in the folder of another platform',
    remedy: `remove package.${key}, and set target in [build] of .cargo/config.toml`,
  });
}
