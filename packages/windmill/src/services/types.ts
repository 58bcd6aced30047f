import type { Schemas } from '../client/api.js';
import type { ScriptReport } from '../checks/check-script.js';
import type { Json, JsonObject } from '../client/json.js';
import type { Execution, RunOptions, ScriptRef, WaitOptions } from '../executions/types.js';
import type { FlowProblem } from '../flows/validate.js';

export type Script = Schemas['Script'];
export type Flow = Schemas['Flow'];

/** An entry of a list of scripts, which has no content. */
export interface ScriptEntry {
  readonly path: string;
  readonly hash: string;
  readonly summary: string;
  readonly language: string;
  readonly archived: boolean;
}

export interface NewScript {
  readonly path: string;
  /** A language of Windmill; `javascript` means bun, `sql` postgresql, `python` python3. */
  readonly language: string;
  readonly content: string;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  /** The JSON Schema of the arguments; default: an object with any fields. */
  readonly schema?: JsonObject | undefined;
  /** The hash of the version that this one replaces. */
  readonly parentHash?: string | undefined;
  readonly tag?: string | undefined;
  /** Seconds after which the server ends a run. */
  readonly timeout?: number | undefined;
  /** False sends the code without checking its syntax, for code that a newer version of the language allows; default: true. */
  readonly check?: boolean | undefined;
}

export interface ScriptManager {
  /** Checks the size and the syntax of code, as `create` and `deploy` do before they send it. @throws LANGUAGE_UNKNOWN */
  validate(script: Pick<NewScript, 'language' | 'content'>): Promise<ScriptReport>;
  /**
   * Creates a script or a version. The hash exists at once, but may not be runnable yet: see `deploy`.
   * @throws VALIDATION_FAILED, PATH_INVALID, LANGUAGE_UNKNOWN, SCRIPT_EXISTS, SCRIPT_PARENT_INVALID
   */
  create(script: NewScript, options?: WaitOptions): Promise<string>;
  /**
   * Creates a script, or a new version where one exists, and waits until it can run.
   * @returns its hash: running by hash is the only way to run exactly this version
   * @throws SCRIPT_NOT_DEPLOYED with the log, if its dependencies cannot be locked
   */
  deploy(script: Omit<NewScript, 'parentHash'>, options?: DeployOptions): Promise<string>;
  get(ref: ScriptRef, options?: WaitOptions): Promise<Script>;
  exists(path: string, options?: WaitOptions): Promise<boolean>;
  list(options?: ListOptions): AsyncIterable<ScriptEntry>;
  /** Hashes of all versions, newest first. */
  history(path: string, options?: WaitOptions): Promise<readonly string[]>;
  archive(path: string, options?: WaitOptions): Promise<void>;
  delete(path: string, options?: WaitOptions): Promise<void>;
  run<Result extends Json = Json>(
    ref: ScriptRef,
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
}

export interface DeployOptions extends WaitOptions {
  /** Seconds to wait for the lock; default: the engine's `timeout`. */
  readonly timeout?: number | undefined;
}

export interface ListOptions extends WaitOptions {
  readonly pageSize?: number;
  /** Archived scripts or flows instead of the others. */
  readonly archived?: boolean;
}

export interface WorkspaceManager {
  create(id: string, name?: string, options?: WaitOptions): Promise<void>;
  exists(id: string, options?: WaitOptions): Promise<boolean>;
  list(options?: WaitOptions): Promise<readonly { readonly id: string; readonly name: string }[]>;
}

export interface FolderManager {
  /** @throws FOLDER_EXISTS */
  create(name: string, options?: WaitOptions): Promise<void>;
  exists(name: string, options?: WaitOptions): Promise<boolean>;
  list(options?: WaitOptions): Promise<readonly string[]>;
  /** Deletes the folder, but not what is in it. */
  delete(name: string, options?: WaitOptions): Promise<void>;
}

export interface Variable {
  readonly path: string;
  /** undefined for secrets in a list. */
  readonly value: string | undefined;
  readonly isSecret: boolean;
  readonly description: string;
}

export interface NewVariable {
  readonly path: string;
  readonly value: string;
  /** Encrypted in the database, and hidden in lists; default: false. */
  readonly isSecret?: boolean | undefined;
  readonly description?: string | undefined;
}

export interface VariableManager {
  /** @throws PATH_INVALID, VARIABLE_EXISTS */
  create(variable: NewVariable, options?: WaitOptions): Promise<void>;
  /** Replaces value and description. @throws VARIABLE_NOT_FOUND */
  update(variable: NewVariable, options?: WaitOptions): Promise<void>;
  /** With the value, also of secrets. @throws VARIABLE_NOT_FOUND */
  get(path: string, options?: WaitOptions): Promise<Variable>;
  exists(path: string, options?: WaitOptions): Promise<boolean>;
  list(options?: Pick<ListOptions, 'pageSize' | 'signal'>): AsyncIterable<Variable>;
  /** @throws VARIABLE_NOT_FOUND */
  delete(path: string, options?: WaitOptions): Promise<void>;
}

export interface User {
  readonly email: string;
  readonly username: string;
  readonly isAdmin: boolean;
  readonly isSuperAdmin: boolean;
}

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
  readonly isSuperAdmin?: boolean | undefined;
}

export interface UserManager {
  /** The owner of the token, in the engine's workspace. */
  whoami(options?: WaitOptions): Promise<User>;
  list(options?: WaitOptions): Promise<readonly User[]>;
  /** Creates a user of the instance. Servers built from the open-source code decline it. */
  create(user: NewUser, options?: WaitOptions): Promise<void>;
}

export interface TokenManager {
  /** @returns the token, which is never shown again */
  create(
    token?: { readonly label?: string; readonly expiration?: Date; readonly scopes?: readonly string[] },
    options?: WaitOptions,
  ): Promise<string>;
  list(
    options?: WaitOptions,
  ): Promise<readonly { readonly prefix: string; readonly label: string; readonly createdAt: Date }[]>;
  /** @param token the token, or its first ten characters as `list` shows them */
  delete(token: string, options?: WaitOptions): Promise<void>;
}

export interface FlowEntry {
  readonly path: string;
  readonly summary: string;
  readonly archived: boolean;
}

export interface NewFlow {
  readonly path: string;
  /** An OpenFlow value: `{ modules: [...] }`. */
  readonly value: unknown;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly schema?: JsonObject | undefined;
}

/** Flows are validated before they are sent: a server stores anything, and fails when it runs. */
export interface FlowManager {
  /** Mistakes of a flow: structure, ids, references, expressions, paths. */
  validate(value: unknown): Promise<readonly FlowProblem[]>;
  /** @throws VALIDATION_FAILED, PATH_INVALID, FLOW_EXISTS */
  create(flow: NewFlow, options?: WaitOptions): Promise<void>;
  /** @throws VALIDATION_FAILED, FLOW_NOT_FOUND */
  update(flow: NewFlow, options?: WaitOptions): Promise<void>;
  get(path: string, options?: WaitOptions): Promise<Flow>;
  exists(path: string, options?: WaitOptions): Promise<boolean>;
  list(options?: ListOptions): AsyncIterable<FlowEntry>;
  archive(path: string, options?: WaitOptions): Promise<void>;
  delete(path: string, options?: WaitOptions): Promise<void>;
  run<Result extends Json = Json>(
    path: string,
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
  /** Runs a flow that is not stored. */
  preview<Result extends Json = Json>(
    value: unknown,
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
}
