/**
 * Normalizes an option or its name as Nx does: `--no-default-features=x` and `defaultFeatures` become `defaultfeatures`.
 */
export function plainOption(option: string): string {
  return option
    .replace(/^--(no-)?/, '')
    .replace(/[=.].*$/s, '')
    .replaceAll('-', '')
    .toLowerCase();
}
