/** The default names of the main file and of its override, in Compose's order of preference. */
const mainNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Returns true if Compose uses a file of this name by default, as main file or override. */
export function isDefaultName(name: string): boolean {
  return mainNames.includes(name) || overrideNames.includes(name);
}

/**
 * Returns the files that `docker compose` uses in a folder by default: the main file, then its override if
 * there is one. Empty if there is no main file.
 */
export function defaultFiles(names: readonly string[]): string[] {
  const first = (candidates: readonly string[]) => candidates.find((name) => names.includes(name)) ?? [];
  const main = [first(mainNames)].flat();
  return main.length === 0 ? [] : [...main, ...[first(overrideNames)].flat()];
}

/** Splits a value of COMPOSE_FILE into files. */
export function listedFiles(value: string, separator: string | undefined): string[] {
  const between = separator ?? (process.platform === 'win32' ? ';' : ':');
  return value.split(between === '' ? ':' : between).filter((file) => file !== '');
}
