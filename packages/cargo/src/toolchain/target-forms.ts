import { cargoError } from '../errors.js';
import { asTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';

/**
 * Rejects targets that only nightly cargo supports, before compiling: custom target specifications, and targets set by
 * a package (Cargo reference, "Unstable Features", `per-package-target`).
 * @param target the task's option "target"
 * @param manifest the path of the crate's Cargo.toml
 * @throws MillwrightError TARGET_UNSUPPORTED
 */
export function checkTarget(target: string | undefined, manifest: string): void {
  if (target?.endsWith('.json') === true) {
    throw cargoError('TARGET_UNSUPPORTED', {
      what: `${target} is a target specification`,
      why: 'the linker, the output folder and the hash are derived from a target triple',
    });
  }
  const pack = asTable(readConfig(manifest).package) ?? {};
  const key = ['forced-target', 'default-target'].find((name) => pack[name] !== undefined);
  if (key === undefined) return;
  throw cargoError('TARGET_UNSUPPORTED', {
    what: `${manifest} sets package.${key}`,
    why: "the package would be built for a target other than the one in its artifact's path",
    remedy: `remove package.${key}, and name the target in [build] target of .cargo/config.toml`,
  });
}
