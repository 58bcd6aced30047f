import { shellWord } from '@millwright/toolkit/core';
import type { Release, Workspace } from './workspace.js';

/** Versions that are tested together. */
const zigPackages = 'ziglang==0.17.0 cargo-zigbuild==0.24.0';

/**
 * The scripts of generated pipelines, for bash. What comes from an event or a graph is in variables, which the shell
 * expands once and never interprets. Only validated options of the generator are part of the text.
 */

/** Joins the lines of a script. */
export function script(...lines: readonly (string | false)[]): string {
  return lines.filter((line) => line !== false).join('\n');
}

/** Installs the toolchain that the workspace names, or the installed one, with the target triples in `TRIPLES`. */
export const installRust = script(
  '# Installs the toolchain of rust-toolchain.toml, if there is one.',
  'rustup show active-toolchain || rustup toolchain install',
  'if [ "$JOB" = checks ]; then rustup component add clippy rustfmt; fi',
  'for triple in $TRIPLES; do rustup target add "$triple"; done',
);

/**
 * Installs zig and cargo-zigbuild.
 * @param folder an expression of the shell
 */
export function installZig(folder: string): string {
  return script(`python3 -m venv "${folder}"`, `"${folder}/bin/pip" install ${zigPackages}`);
}

/** Prints the matrix of a task graph, or the arguments for one job. */
export function matrixCommand({ manager, crossCompiled }: Workspace, graph: string, rest = ''): string {
  const cross = crossCompiled.map((platform) => ` --cross-compile ${shellWord(platform)}`).join('');
  return `${manager.exec} millwright ci matrix "${graph}"${rest}${cross}`;
}

/** Starts Nx behind the remote cache, if there is one. */
export function nxWithCache({ manager, cache }: Workspace): string {
  const nx = `${manager.exec} nx`;
  if (cache === undefined) return nx;
  const { url, workspace } = cache;
  return `${manager.exec} millwright cache run --server ${shellWord(url)} --workspace ${shellWord(workspace)} -- ${nx}`;
}

/** Runs targets over what earlier jobs built. Nothing is restored from a cache, so that nobody else can provide it. */
export function nxOverArtifacts({ manager }: Workspace, targets: readonly string[], rest = ''): string {
  const names = shellWord(`--targets=${targets.join(',')}`);
  return `${manager.exec} nx run-many ${names} --exclude-task-dependencies --skip-nx-cache${rest}`;
}

/** Returns the option of Nx that selects projects. */
export function projectsOption(projects: readonly string[]): string {
  return ` ${shellWord(`--projects=${projects.join(',')}`)}`;
}

/** Writes the SBOMs of what is released. */
export function sbomScript(workspace: Workspace, { sbom, sbomProjects }: Release): string {
  return nxOverArtifacts(workspace, sbom, projectsOption(sbomProjects));
}

/** Returns the options of `oci-push` that sign; none if the images are not signed. */
export function imageSigning({ signing }: Release): string {
  // Only cosign keys sign attestations, so a key that attests can sign images.
  if (signing === undefined || signing.keyless || signing.attest.length === 0) return '';
  // The binaries come from the build jobs of the same run, which used no cache.
  const { keyFile } = signing;
  return ` --sign --trustCache${keyFile === undefined ? '' : ` ${shellWord(`--key=${keyFile}`)}`}`;
}

/** Packages what was built, and collects the files of the release in `dist`. */
export function packageScript(workspace: Workspace, release: Release): string {
  return script(
    release.sbom.length > 0 && sbomScript(workspace, release),
    nxOverArtifacts(workspace, release.package),
    'mkdir dist',
    '# One SHA256SUMS covers the files of all projects. cp fails if two have the same name.',
    "find artifacts/archives -type f ! -name 'SHA256SUMS*' -exec cp --target-directory=dist {} +",
  );
}

/**
 * Signs `dist`.
 * @param temporary a folder for the key, as an expression of the shell
 */
export function signScript({ manager }: Workspace, release: Release, temporary: string, tag: string): string {
  const { signing } = release;
  if (signing === undefined) return 'cd dist && sha256sum -- * > ../SHA256SUMS && mv ../SHA256SUMS .';
  const { keyless, keyFile, options, attest } = signing;
  const isSecret = !keyless && keyFile === undefined;
  const key = keyless
    ? '--keyless'
    : `--key ${keyFile === undefined ? `"${temporary}/signing.key"` : shellWord(keyFile)}`;
  const words = [
    `${manager.exec} millwright sign dist ${key} --comment "${tag}"`,
    ...options.map(shellWord),
    ...attest.map((artifact) => `--attest ${shellWord(artifact)}`),
  ];
  return script(
    isSecret && `(umask 077 && printf '%s\\n' "$MILLWRIGHT_SIGNING_KEY" > "${temporary}/signing.key")`,
    words.join(' \\\n  '),
    isSecret && `rm "${temporary}/signing.key"`,
  );
}
