import type { Schemas } from '../../client/api.js';
import type { Json, JsonObject } from '../../client/json.js';

export type FlowValue = Schemas['FlowValue'];
export type FlowModule = Schemas['FlowModule'];

export interface Script {
  readonly hash: string;
  readonly path: string;
  /** Newest first. */
  readonly parents: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly content: string;
  readonly language: string;
  readonly schema: Json;
  readonly tag: string | null;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly createdAt: number;
  archived: boolean;
  /** null until the lock job has ended. */
  lock: string | null;
  lockErrors: string | null;
}

export interface Flow {
  readonly path: string;
  summary: string;
  description: string;
  value: JsonObject;
  schema: Json;
  version: number;
  editedAt: number;
  archived: boolean;
}

/** A module's state as the server reports it in `flow_status`. */
export interface ModuleStatus {
  readonly id: string;
  type: 'WaitingForPriorSteps' | 'WaitingForEvents' | 'InProgress' | 'Success' | 'Failure';
  job?: string;
  count?: number;
  skipped?: boolean;
  flow_jobs?: string[];
  failed_retries?: string[];
}

export interface FlowStatus {
  step: number;
  readonly modules: ModuleStatus[];
  retry?: { fail_count: number; failed_jobs: string[] };
  failureModule: ModuleStatus;
}

export interface JobError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly step_id?: string;
  readonly exit_code?: number;
}

export type Outcome =
  | { readonly success: true; readonly result: Json; readonly skipped?: boolean }
  | { readonly success: false; readonly result: Json };

export interface Job {
  readonly id: string;
  readonly kind: 'script' | 'preview' | 'flow' | 'flowpreview' | 'identity';
  readonly parent: Job | undefined;
  readonly createdAt: number;
  readonly scheduledFor: number;
  readonly tag: string;
  readonly args: Json;
  readonly path: string | undefined;
  readonly hash: string | undefined;
  readonly language: string | undefined;
  readonly content: string | undefined;
  readonly flow: FlowValue | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  flowStatus: FlowStatus | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  outcome: Outcome | undefined;
  logs: string;
  canceledBy: string | undefined;
  canceledReason: string | undefined;
  /** Events that a suspended flow still waits for. */
  suspend: number;
  readonly resumes: JsonObject[];
  /** Aborted to end what runs. */
  stop: AbortController;
  /** Called on every change. */
  readonly watchers: Set<() => void>;
}

export interface Variable {
  readonly value: string;
  readonly isSecret: boolean;
  readonly description: string;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly folders: Set<string>;
  readonly variables: Map<string, Variable>;
  readonly scripts: Map<string, Script>;
  readonly flows: Map<string, Flow>;
  readonly jobs: Map<string, Job>;
}

export function createWorkspace(id: string, name: string): Workspace {
  return {
    id,
    name,
    folders: new Set(),
    variables: new Map(),
    scripts: new Map(),
    flows: new Map(),
    jobs: new Map(),
  };
}

/** The result that Windmill stores for an error. */
export function failure(error: JobError): Outcome {
  return { success: false, result: { error: { ...error } } };
}
