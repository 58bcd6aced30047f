import type { PlacedArtifact } from '@millwright/artifacts';
import type { BuildRequest } from '../plan/request.js';
import type { ProgressOutput } from '../../../cargo-cli/progress.js';
import type { EditedFiles } from '../../../hashing/edited-files.js';
import type { LocalCrates } from '../../../hashing/local-crates.js';
import type { DeclaredInputs } from '../../../source-scan/undeclared.js';
import type { ArtifactWorkspace, PlacementFacts } from './place-artifact.js';

/** The outcome of one request. */
export type RequestResult =
  | { readonly request: BuildRequest; readonly text: string; readonly artifacts: readonly PlacedArtifact[] }
  | { readonly request: BuildRequest; readonly error: unknown; readonly shown: string };

export interface InvocationEnvironment extends ArtifactWorkspace {
  readonly output: ProgressOutput;
  readonly verbose: boolean;
  readonly crates: LocalCrates;
  readonly editing: EditedFiles;
  /** Returns the inputs that a task declares; undefined if unknown. */
  declaredBy(taskId: string): DeclaredInputs | undefined;
  /** Returns the variable among a task's inputs whose value is the digest of its undeclared inputs. */
  inputsVariableOf(taskId: string): string;
  /** Returns the Nx task for the provenance; undefined for builds without Nx. */
  taskNameOf(taskId: string): string | undefined;
  /** Returns whether the crate in one folder depends on the crate in another, according to the project graph. */
  readonly dependsOn: (folder: string, on: string) => boolean;
  /** The diagnostics already shown in this run. */
  readonly shownDiagnostics: Set<string>;
  /** Returns the feature sets that failed for a task before. */
  fallbackFrom(taskId: string): PlacementFacts['fallbackFrom'];
  /** Called once per request, when it succeeds or fails. */
  onResult(result: RequestResult): void;
}
