/** The versions of Node that the packages run on, as `engines` in every package.json has them. */
export const supportedNode = '^22.22.2 || ^24.15.0 || >=26.0.0';

/** @param version as `process.versions.node` has it */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major >= 26) return true;
  if (major === 24) return minor >= 15;
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 2));
}

/**
 * Refuses a Node that the packages do not run on, before anything fails for want of what newer ones have.
 * @param plugin the package that is loaded
 * @throws Error with the whole text, since nothing else can be loaded yet
 */
export function requireNode(plugin: string): void {
  const { node } = process.versions;
  if (isSupportedNode(node)) return;
  throw new Error(
    [
      `error[NODE_UNSUPPORTED]: ${plugin} does not run on Node ${node}`,
      `  cause: it requires ${supportedNode}`,
      '  help: install Node 24 (https://nodejs.org), and run the command again',
    ].join('\n'),
  );
}
