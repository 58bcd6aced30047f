/**
 * The package name of a package ID specification: `name`, `name@version`, `name:version` or a URL with an
 * optional `#name@version` (Cargo reference, "Package ID Specifications").
 */
export function nameOfSpec(spec: string): string {
  const hash = spec.indexOf('#');
  const isUrl = /^[a-z+]+:\/\//.test(spec);
  const fragment = isUrl ? (hash < 0 ? '' : spec.slice(hash + 1)) : spec;
  // A fragment may be a version alone, or be missing: the address then ends in the name.
  if (fragment !== '' && !/^\d/.test(fragment)) return fragment.split(/[@:]/)[0] ?? '';
  const address = hash < 0 ? spec : spec.slice(0, hash);
  const path = address.replace(/\?.*$/, '');
  return (path.split('/').at(-1) ?? '').replace(/\.git$/, '');
}
