/** The tools with which the campaign `sbom` compares. */
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mustTool } from '../corpus/tool.ts';

/** The commands that install each tool below a folder, in `bin`. */
const installs = {
  'cargo-auditable': (folder: string) =>
    [
      ...['cargo', 'install', '--quiet', '--locked', '--version', '0.7.7'],
      ...['--root', folder, 'cargo-auditable'],
    ] as const,
  'cyclonedx-gomod': (folder: string) =>
    [
      ...['env', `GOBIN=${join(folder, 'bin')}`, 'go', 'install'],
      'github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0',
    ] as const,
};

/**
 * Returns the path of a tool: the one in `PATH`, or else the one in a folder, where it is installed at the first call.
 * @throws Error if it cannot be installed
 */
export function bringTool(folder: string, name: keyof typeof installs): string {
  const own = join(folder, 'bin');
  const found = [...(process.env.PATH ?? '').split(delimiter), own]
    .map((one) => join(one, name))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  console.log(`installing ${name} into ${own}`);
  mkdirSync(own, { recursive: true });
  const [program, ...args] = installs[name](folder);
  mustTool(folder, program, ...args);
  return join(own, name);
}
