/** The commands of a package manager in CI. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn';
  /** Runs a program of an installed package. */
  readonly exec: string;
  /** Installs what the lock file lists. */
  readonly install: string;
  /** The same without the scripts of packages, which could read the credentials of a job. */
  readonly installWithoutScripts: string;
  /** Makes the package manager available; undefined for npm, which comes with Node. */
  readonly enable?: string;
}

/**
 * Returns the commands of a package manager.
 * @param isBerry whether it is Yarn 2 or newer
 */
export function packageManager(name: PackageManager['name'], isBerry: boolean): PackageManager {
  const enable = `corepack enable ${name}`;
  if (name === 'npm')
    return { name, exec: 'npx', install: 'npm ci', installWithoutScripts: 'npm ci --ignore-scripts' };
  if (name === 'pnpm') {
    const install = 'pnpm install --frozen-lockfile';
    return { name, exec: 'pnpm exec', install, installWithoutScripts: `${install} --ignore-scripts`, enable };
  }
  const install = isBerry ? 'yarn install --immutable' : 'yarn install --frozen-lockfile';
  const without = isBerry ? '--mode=skip-build' : '--ignore-scripts';
  return { name, exec: 'yarn run', install, installWithoutScripts: `${install} ${without}`, enable };
}
