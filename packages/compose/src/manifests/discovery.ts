/** The names under which Compose itself looks for a file, and for one to merge onto it, in its order of preference. */
const mainNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Whether Compose takes a file of this name by itself, as the main file or as its override. */
export function isDefaultName(name: string): boolean {
  return mainNames.includes(name) || overrideNames.includes(name);
}

/**
 * The files of a folder that `docker compose` takes there by default: the main file, and its override where
 * there is one. Empty where there is no main file.
 */
export function defaultFiles(names: readonly string[]): string[] {
  const first = (wanted: readonly string[]) => wanted.find((name) => names.includes(name)) ?? [];
  const main = [first(mainNames)].flat();
  return main.length === 0 ? [] : [...main, ...[first(overrideNames)].flat()];
}

/** The files that a value of COMPOSE_FILE names. */
export function listedFiles(value: string, separator: string | undefined): string[] {
  const between = separator ?? (process.platform === 'win32' ? ';' : ':');
  return value.split(between === '' ? ':' : between).filter((file) => file !== '');
}
