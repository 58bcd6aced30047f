import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext, ProjectConfiguration } from '@nx/devkit';
import { printableOutput, printNote, readText, Redactor, writeFileAtomically } from '@millwright/toolkit';
import { Compose } from '../compose-cli/compose.js';
import { type ComposeSettings, composeSettings, dotEnvOf } from '../compose-cli/compose-settings.js';
import { Engine, type EngineFacts } from '../engine/engine.js';
import { type Environment, userEnvironment } from '../engine/environment.js';
import type { StackModel } from '../compose-cli/model.js';
import { portHolder } from '../engine/port-holder.js';
import { secretsOf } from '../compose-cli/redact.js';
import { stackFolder, stacksFolder } from '../guard/stacks-folder.js';
import { isFree } from '../engine/sockets.js';
import { setsProjectName } from '../manifests/compose-file.js';
import { defaultFiles } from '../manifests/discovery.js';
import { bindingsOf } from './bindings.js';
import type { Binding } from '../mount-check/check.js';
import { explainCompose } from '../compose-cli/explain-compose.js';
import { overrideFile } from './override.js';
import { planPorts, type PortPlan } from './ports.js';
import { chooseProjectName, ownProjectName } from './project-name.js';
import type { StackOptions } from './options.js';

/** A stack and the settings with which a command runs on it. */
export interface Session {
  readonly options: StackOptions;
  readonly workspaceRoot: string;
  /** The Nx project's name. */
  readonly stack: string;
  /** The Nx task that this session is for, without its configuration: `stack:up`. */
  readonly task: string;
  readonly projectName: string;
  /** The projects of the Nx workspace. */
  readonly projects: ExecutorContext['projectsConfigurations']['projects'];
  /** True if options, variables or files set the project name, and not this plugin. */
  readonly isNamed: boolean;
  /** The configurations that run other Compose files than this session. */
  readonly alternatives: readonly string[];
  /** The environment in which the user started Nx. */
  readonly environment: Environment;
  readonly engine: Engine;
  /** Compose with the user's files only. */
  readonly compose: Compose;
  readonly redactor: Redactor;
  /**
   * Sets of variables that Compose files can refer to, one for each way to parse them. They may contain
   * secrets.
   */
  readonly variables: readonly Readonly<Record<string, string | undefined>>[];
  /** The folder with the stack's state. Only the current user can read it. */
  readonly stackFolder: string;
  readonly print: (text: string) => void;
}

/** A session with a reachable engine and valid files. */
export interface OpenSession extends Session {
  readonly facts: EngineFacts;
  /** The stack with the services that are started. */
  readonly model: StackModel;
  /** The stack including services that the profiles exclude. */
  readonly wholeModel: StackModel;
  readonly bindings: readonly Binding[];
}

/**
 * Creates the session for an executor's project, in the environment in which the user started Nx.
 * @throws MillwrightError ENGINE_MISSING
 */
export async function sessionOf(options: StackOptions, context: ExecutorContext): Promise<Session> {
  const stack = context.projectName ?? 'stack';
  const project = context.projectsConfigurations.projects[stack];
  const projectRoot = project?.root ?? '.';
  const folder = join(context.root, projectRoot);
  const environment = await userEnvironment({
    ...{ workspaceRoot: context.root, projectRoot, target: context.targetName ?? '' },
    configuration: context.configurationName,
  });
  const engine = new Engine(options.engine, { ...environment, ...options.environment });
  const { files, envFiles, namesProject } = await filesOf(options, engine, folder, context.root);
  // Nx has also read the environment files, and expands their values differently.
  const variables = [engine.environment, dotEnvOf(folder, engine.environment), process.env];
  const redactor = new Redactor(secretsOf({ name: '' }, ...variables));
  const say = (text: string) => {
    console.log(printableOutput(redactor.clean(text)));
  };
  const unnamed = new Compose(engine, {
    ...{ projectName: undefined, folder, files, envFiles, profiles: options.profiles },
  });
  const isNamed = namesProject || files.some((file) => setsProjectName(readText(file) ?? ''));
  const own = { name: ownProjectName(stack, context.root), isConfigured: false, takenBy: undefined };
  const { name, isConfigured, takenBy } =
    options.projectName !== undefined
      ? { name: options.projectName, isConfigured: true, takenBy: undefined }
      : isNamed
        ? await chooseProjectName({ stack, workspaceRoot: context.root, compose: unnamed })
        : own;
  if (takenBy !== undefined)
    say(`${stack} runs with the Compose project name ${name}, because ${takenBy} uses its default name`);
  return {
    ...{ options, stack, engine, redactor, print: say, variables, environment },
    workspaceRoot: context.root,
    projectName: name,
    task: `${stack}:${context.targetName ?? options.command}`,
    projects: context.projectsConfigurations.projects,
    stackFolder: stackFolder(context.root, name),
    isNamed: isConfigured,
    alternatives: alternativesOf(project, context.configurationName),
    compose: unnamed.named(name),
  };
}

/** Returns the Compose files: those of the option `files`, otherwise Compose's defaults in the folder. */
async function filesOf(
  { files }: StackOptions,
  engine: Engine,
  folder: string,
  workspaceRoot: string,
): Promise<ComposeSettings & { readonly files: readonly string[] }> {
  const settings = await composeSettings(engine, folder, stacksFolder(workspaceRoot));
  const configured = files?.map((file) => join(folder, file));
  if (configured) return { ...settings, files: configured, envFiles: [] };
  const found = defaultFiles(readdirSync(folder)).map((file) => join(folder, file));
  return { ...settings, files: settings.files ?? found };
}

/** Returns the configurations of a project that run other Compose files. */
function alternativesOf(
  project: ProjectConfiguration | undefined,
  configuration: string | undefined,
): readonly string[] {
  const configurations = (project?.targets?.up?.configurations ?? {}) as Readonly<
    Record<string, { readonly files?: unknown }>
  >;
  return Object.entries(configurations).flatMap(([name, { files }]) =>
    files !== undefined && name !== configuration ? [name] : [],
  );
}

/**
 * Connects to the engine, and lets Compose resolve the files.
 * @throws MillwrightError ENGINE_MISSING, ENGINE_UNREACHABLE, COMPOSE_FILE_INVALID, SERVICE_UNKNOWN
 */
export async function open(session: Session): Promise<OpenSession> {
  const { compose, workspaceRoot, engine } = session;
  const [facts, active, whole] = await Promise.all([engine.facts(), compose.read(), compose.read(['*'])]);
  const problem = 'problem' in active ? active.problem : 'problem' in whole ? whole.problem : undefined;
  if (problem !== undefined || 'problem' in active || 'problem' in whole) {
    throw explainCompose(session.redactor.clean(problem ?? ''), compose.subject.files, workspaceRoot);
  }
  const model = active.model;
  const wholeModel = whole.model;
  const redactor = new Redactor(secretsOf(wholeModel, ...session.variables));
  warn(active.warnings, redactor);
  return {
    ...session,
    redactor,
    print: (text) => {
      console.log(printableOutput(redactor.clean(text)));
    },
    facts,
    model,
    wholeModel,
    bindings: bindingsOf(session, wholeModel),
  };
}

/** Prints the warnings of Compose. */
export function warn(warnings: readonly string[], redactor: Redactor): void {
  for (const text of warnings) printNote(redactor.clean(`warning: ${text}`));
}

/**
 * Writes the stack's override file, which only the current user can read, and returns the stack with it.
 * @param running the port plans of the stack that is already running, if any
 */
export async function withOverride(
  session: OpenSession,
  running: readonly PortPlan[] = [],
): Promise<{ compose: Compose; ports: readonly PortPlan[] }> {
  const { engine, facts, projectName, stack, workspaceRoot, options, model, wholeModel, bindings } = session;
  const ports = await planPorts(model, {
    ...{ projectName, stack, checkout: workspaceRoot, mode: options.ports, running },
    // Ports on another machine cannot be checked in advance.
    isFree: facts.local ? isFree : () => Promise.resolve(true),
    holderOf: (endpoint) => portHolder(engine, endpoint),
  });
  const file = join(session.stackFolder, 'override.yaml');
  mkdirSync(session.stackFolder, { recursive: true, mode: 0o700 });
  const freeNames = !session.isNamed;
  const text = overrideFile(wholeModel, { stack, checkout: workspaceRoot, bindings, ports, freeNames });
  writeFileAtomically(file, text, 0o600);
  const compose = session.compose.with(file);
  const read = await compose.read();
  if ('problem' in read) {
    // Either the user's files were edited since they were read, or the override file is at fault.
    throw explainCompose(session.redactor.clean(read.problem), compose.subject.files, workspaceRoot);
  }
  return { compose, ports };
}
