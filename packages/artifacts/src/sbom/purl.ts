import { PackageURL } from 'packageurl-js';
import { goStandardLibrary, type Unit, type UnitsRecord } from '../units/record.js';

/** crates.io, as lock files name it: its index in Git, and the sparse one. */
const cratesIo =
  /^(registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index|sparse\+https:\/\/index\.crates\.io\/)$/;

/**
 * Returns the package URL of a unit (purl specification, types `cargo` and `golang`). Undefined for folders: nobody else
 * knows their packages, and a public package of the same name is another one.
 */
export function purlOf(unit: Unit, ecosystem: UnitsRecord['ecosystem']): string | undefined {
  return ecosystem === 'cargo' ? cargoPurl(unit) : goPurl(unit);
}

function cargoPurl({ name, version, source }: Unit): string | undefined {
  if (source === undefined) return undefined;
  const git = /^git\+([^?#]+)(?:\?[^#]*)?(?:#(.+))?$/.exec(source);
  const qualifiers = git
    ? { vcs_url: `git+${git[1] ?? ''}${git[2] === undefined ? '' : `@${git[2]}`}` }
    : cratesIo.test(source)
      ? undefined
      : { repository_url: source.replace(/^(registry|sparse)\+/, '') };
  return new PackageURL('cargo', undefined, name, version, qualifiers, undefined).toString();
}

function goPurl(unit: Unit): string | undefined {
  if (unit.name === 'std')
    return new PackageURL(
      'golang',
      undefined,
      goStandardLibrary,
      unit.version,
      undefined,
      undefined,
    ).toString();
  const { name, version } = unit.replacedBy ?? unit;
  if (version === undefined) return undefined;
  const parts = name.split('/');
  const last = parts.pop() ?? name;
  return new PackageURL(
    'golang',
    parts.join('/') || undefined,
    last,
    version,
    undefined,
    undefined,
  ).toString();
}
