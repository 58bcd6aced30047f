/** The supported versions of Node, equal to `engines` in every package.json. */
export const supportedNode = '^22.22.2 || ^24.15.0 || >=26.0.0';

/** @param version the value of `process.versions.node` */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major >= 26) return true;
  if (major === 24) return minor >= 15;
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 2));
}

/**
 * Rejects an unsupported version of Node, before anything else fails because of it.
 * @param plugin the package that is being loaded
 * @throws Error with the complete text, because nothing else can be loaded yet
 */
export function requireNode(plugin: string): void {
  const { node } = process.versions;
  if (isSupportedNode(node)) return;
  throw new Error(
    [
      `error[NODE_UNSUPPORTED]: ${plugin} does not support Node.js ${node}`,
      `  cause: the supported versions are ${supportedNode}`,
      '  help: install Node.js 24 (https://nodejs.org), and run the command again',
    ].join('\n'),
  );
}
