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
import { namesItself } from '../manifests/compose-file.js';
import { defaultFiles } from '../manifests/discovery.js';
import { bindingsOf } from './bindings.js';
import type { Binding } from '../mount-check/check.js';
import { explainCompose } from '../compose-cli/explain-compose.js';
import { overrideFile } from './override.js';
import { planPorts, type PortPlan } from './ports.js';
import { chooseProjectName, ownProjectName } from './project-name.js';
import type { StackOptions } from './options.js';

/** A stack that something is to be done with. */
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
  /** Whether options, variables or files give the project name, and not this plugin. */
  readonly isNamed: boolean;
  /** The configurations that run other Compose files than this session. */
  readonly alternatives: readonly string[];
  /** The environment in which the user started Nx. */
  readonly environment: Environment;
  readonly engine: Engine;
  /** With the user's own files alone. */
  readonly compose: Compose;
  readonly redactor: Redactor;
  /** What Compose files may refer to, in each way in which it may be read: it may hold secrets. */
  readonly variables: readonly Readonly<Record<string, string | undefined>>[];
  /** Where what is kept of the stack lies; nobody but this user may read it. */
  readonly stackFolder: string;
  readonly say: (text: string) => void;
}

/** A session whose engine answers and whose files are valid. */
export interface OpenSession extends Session {
  readonly facts: EngineFacts;
  /** The services that are started. */
  readonly model: StackModel;
  /** Also those that the profiles leave out. */
  readonly wholeModel: StackModel;
  readonly bindings: readonly Binding[];
}

/**
 * The stack of an executor's project, in the environment in which the user started Nx.
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
  // Nx has read the files of variables as well, and expands what they say.
  const variables = [engine.environment, dotEnvOf(folder, engine.environment), process.env];
  const redactor = new Redactor(secretsOf({ name: '' }, ...variables));
  const say = (text: string) => {
    console.log(printableOutput(redactor.clean(text)));
  };
  const unnamed = new Compose(engine, {
    ...{ projectName: undefined, folder, files, envFiles, profiles: options.profiles },
  });
  const isNamed = namesProject || files.some((file) => namesItself(readText(file) ?? ''));
  const own = { name: ownProjectName(stack, context.root), given: false, takenBy: undefined };
  const { name, given, takenBy } =
    options.projectName !== undefined
      ? { name: options.projectName, given: true, takenBy: undefined }
      : isNamed
        ? await chooseProjectName({ stack, workspaceRoot: context.root, compose: unnamed })
        : own;
  if (takenBy !== undefined) say(`${stack} runs as ${name}: its own project name is in use by ${takenBy}`);
  return {
    ...{ options, stack, engine, redactor, say, variables, environment },
    workspaceRoot: context.root,
    projectName: name,
    task: `${stack}:${context.targetName ?? options.command}`,
    projects: context.projectsConfigurations.projects,
    stackFolder: stackFolder(context.root, name),
    isNamed: given,
    alternatives: alternativesOf(project, context.configurationName),
    compose: unnamed.named(name),
  };
}

/** The Compose files: those of the option, or else those that Compose itself would take in the folder. */
async function filesOf(
  { files }: StackOptions,
  engine: Engine,
  folder: string,
  workspaceRoot: string,
): Promise<ComposeSettings & { readonly files: readonly string[] }> {
  const settings = await composeSettings(engine, folder, stacksFolder(workspaceRoot));
  const given = files?.map((file) => join(folder, file));
  if (given) return { ...settings, files: given, envFiles: [] };
  const found = defaultFiles(readdirSync(folder)).map((file) => join(folder, file));
  return { ...settings, files: settings.files ?? found };
}

/** The configurations of a project that run other Compose files. */
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
 * Asks the engine, and Compose for its understanding of the files.
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
    say: (text) => {
      console.log(printableOutput(redactor.clean(text)));
    },
    facts,
    model,
    wholeModel,
    bindings: bindingsOf(session, wholeModel),
  };
}

/** Shows what Compose warns of. */
export function warn(warnings: readonly string[], redactor: Redactor): void {
  for (const text of warnings) printNote(redactor.clean(`warning: ${text}`));
}

/**
 * The stack with its override file written; nobody but this user may read it.
 * @param running where the ports of the stack go that runs already, if one does
 */
export async function withOverride(
  session: OpenSession,
  running: readonly PortPlan[] = [],
): Promise<{ compose: Compose; ports: readonly PortPlan[] }> {
  const { engine, facts, projectName, stack, workspaceRoot, options, model, wholeModel, bindings } = session;
  const ports = await planPorts(model, {
    ...{ projectName, stack, checkout: workspaceRoot, mode: options.ports, running },
    // Of another machine's ports nothing is known in advance.
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
    // The user's own files, which may have been edited since they were read, or the override.
    throw explainCompose(session.redactor.clean(read.problem), compose.subject.files, workspaceRoot);
  }
  return { compose, ports };
}
