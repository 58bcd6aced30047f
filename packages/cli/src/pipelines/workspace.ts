import type { CiJob } from '../planning/jobs.js';
import type { PackageManager } from './package-manager.js';

/** What the CI of a workspace depends on. */
export interface Workspace {
  readonly manager: PackageManager;
  /** The branch that is built completely, and whose results the cache trusts. */
  readonly branch: string;
  /** The pattern of tags that are released, such as `v*`. */
  readonly tags: string;
  /** The targets that run for each change. */
  readonly targets: readonly string[];
  /** Platforms that are cross-compiled on Linux although their own system usually links them. */
  readonly crossCompiled: readonly string[];
  readonly submodules: boolean;
  /** The file that states the version of Go, relative to the workspace. */
  readonly goVersionFile?: string;
  /** The file that states the version of Node, relative to the workspace. */
  readonly nodeVersionFile?: string;
  readonly cache?: RemoteCache;
  /** The jobs if everything is affected. */
  readonly jobs: readonly CiJob[];
  readonly release?: Release;
}

/** A server of @millwright/server. */
export interface RemoteCache {
  readonly url: string;
  /** The name of the workspace at the server. */
  readonly workspace: string;
}

/** What a release of a workspace consists of. At least one of `package` and `images` has entries. */
export interface Release {
  /** The jobs that build everything that is released. */
  readonly jobs: readonly CiJob[];
  /** The names of targets, by what they do. Each may be empty. */
  readonly package: readonly string[];
  readonly sbom: readonly string[];
  /** The released projects that have SBOMs. */
  readonly sbomProjects: readonly string[];
  readonly image: readonly string[];
  readonly push: readonly string[];
  /** The projects whose images go to a registry. */
  readonly images: readonly { readonly registry: string; readonly projects: readonly string[] }[];
  readonly signing?: Signing;
}

export interface Signing {
  /** Whether the identity of the job signs, instead of a key. */
  readonly keyless: boolean;
  /** The file of the secret key, relative to the workspace; undefined if a secret of the CI system contains the key. */
  readonly keyFile?: string;
  /** Options of `millwright sign`, such as `--per-file`. */
  readonly options: readonly string[];
  /** The artifacts whose provenance and SBOM are signed too. */
  readonly attest: readonly string[];
}
