import { createHash } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { artifactPath } from '@millwright/artifacts';
import { hostPlatform, MillwrightError, platformSlug } from '@millwright/toolkit';
import { Compose } from '../../engine/compose.js';
import { withoutDotEnv } from '../../engine/dot-env.js';
import { Engine, type EngineFacts } from '../../engine/engine.js';
import { servicesOf, type StackModel } from '../../engine/model.js';
import { portHolder } from '../../engine/port-holder.js';
import { Redactor, secretsOf } from '../../engine/redact.js';
import { isFree } from '../../engine/sockets.js';
import { absoluteIn, type Binding, libraryPath } from './check.js';
import { explainCompose } from './explain-compose.js';
import { overrideFile } from './override.js';
import { planPorts, type PortPlan } from './ports.js';
import type { StackOptions } from './schema.js';

/** A stack that something is to be done with. */
export interface Session {
  readonly options: StackOptions;
  readonly workspaceRoot: string;
  /** The Nx project's name. */
  readonly stack: string;
  readonly projectName: string;
  /** The configurations that run other Compose files than this session. */
  readonly alternatives: readonly string[];
  readonly engine: Engine;
  /** With the user's own files alone. */
  readonly compose: Compose;
  readonly redactor: Redactor;
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

/** Where the override files are kept, relative to the Nx workspace. */
const stacksFolder = '.nx/workspace-data/millwright/stacks';

/** The stack of an executor's project; nothing is asked of the engine yet. */
export function sessionOf(options: StackOptions, context: ExecutorContext): Session {
  const stack = context.projectName ?? 'stack';
  const root = context.projectsConfigurations.projects[stack]?.root ?? '.';
  const files = options.files.map((file) => join(context.root, root, file));
  const environment = { ...withoutDotEnv(join(context.root, root), process.env), ...options.environment };
  const engine = new Engine(options.engine, environment);
  const projectName = options.projectName ?? projectNameOf(stack, context.root);
  const redactor = new Redactor(secretsOf({ name: projectName }, { ...process.env, ...options.environment }));
  const { configurations = {} } = context.projectsConfigurations.projects[stack]?.targets?.up ?? {};
  const alternatives = Object.entries(
    configurations as Readonly<Record<string, { readonly files?: unknown }>>,
  )
    .filter(([name, { files: others }]) => others !== undefined && name !== context.configurationName)
    .map(([name]) => name);
  return {
    options,
    workspaceRoot: context.root,
    stack,
    projectName,
    alternatives,
    engine,
    compose: new Compose(engine, { projectName, files, profiles: options.profiles }),
    redactor,
    say: (text) => {
      console.log(redactor.clean(text));
    },
  };
}

/** Compose's name for a stack: its own and a digest of the checkout's folder, so that two checkouts' stay apart. */
export function projectNameOf(stack: string, workspaceRoot: string): string {
  const plain = stack
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '');
  const digest = createHash('sha256').update(realpathSync(workspaceRoot)).digest('hex').slice(0, 6);
  return `${plain === '' ? 'stack' : plain}-${digest}`;
}

/**
 * Asks the engine, and Compose for its understanding of the files.
 * @throws MillwrightError ENGINE_MISSING, ENGINE_UNREACHABLE, COMPOSE_FILE_INVALID, SERVICE_UNKNOWN
 */
export async function open(session: Session): Promise<OpenSession> {
  const { compose, options, workspaceRoot, engine } = session;
  const [facts, active, whole] = await Promise.all([engine.facts(), compose.read(), compose.read(['*'])]);
  const problem = 'problem' in active ? active.problem : 'problem' in whole ? whole.problem : undefined;
  if (problem !== undefined || 'problem' in active || 'problem' in whole) {
    throw explainCompose(session.redactor.clean(problem ?? ''), compose.subject.files, workspaceRoot);
  }
  const model = active.model;
  const wholeModel = whole.model;
  const redactor = new Redactor(secretsOf(wholeModel, { ...process.env, ...options.environment }));
  return {
    ...session,
    redactor,
    say: (text) => {
      console.log(redactor.clean(text));
    },
    facts,
    model,
    wholeModel,
    bindings: bindingsOf(session, wholeModel),
  };
}

/** Every built file that goes into a service: by the option `mounts`, and by volumes that the Compose files have. */
export function bindingsOf({ options, workspaceRoot, stack }: Session, model: StackModel): Binding[] {
  const known = servicesOf(model).map(([name]) => name);
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const byOption = options.mounts.flatMap((mount) => {
    const name = mount.artifact ?? mount.project;
    const source = artifactPath({ target: platform, configuration: options.configuration, name });
    const target = mount.target ?? `build-${platformSlug(platform)}`;
    const configuration = options.configuration === 'release' ? '' : `:${options.configuration}`;
    return mount.services.flatMap((service): Binding[] => {
      if (!known.includes(service)) throw unknownService(service, known, stack);
      const program = {
        service,
        source: join(workspaceRoot, source),
        path: mount.path,
        kind: 'program' as const,
        builtBy: `${mount.project}:${target}${configuration}`,
      };
      const libraries = mount.libraries.map((library) => {
        const file = typeof library === 'string' ? library : library.source;
        const path = typeof library === 'string' ? undefined : library.path;
        return {
          service,
          source: absoluteIn(workspaceRoot, file),
          path: path ?? libraryPath(file),
          kind: 'library' as const,
          builtBy: undefined,
        };
      });
      return [program, ...libraries];
    });
  });
  return [...byOption, ...volumeBindings(model, workspaceRoot, byOption)];
}

/** Volumes of the Compose files themselves that bind single artifacts, libraries, or what the service starts. */
function volumeBindings(model: StackModel, workspaceRoot: string, given: readonly Binding[]): Binding[] {
  return servicesOf(model).flatMap(([service, { volumes, entrypoint, command }]) => {
    const started = entrypoint?.[0] ?? command?.[0];
    return (volumes ?? []).flatMap((volume): Binding[] => {
      const { type, source = '', target } = volume;
      if (type !== 'bind') return [];
      const isLibrary = /\.so(\.|$)/.test(target);
      const isProgram = target === started && !isScript(source);
      if (!isArtifact(source, workspaceRoot) && !isLibrary && !isProgram) return [];
      if (given.some((binding) => binding.service === service && binding.path === target)) return [];
      return [{ service, source, path: target, kind: isLibrary ? 'library' : 'program', builtBy: undefined }];
    });
  });
}

/** artifacts/<os>/<arch> itself is a folder of artifacts, which may be mounted as a whole. */
function isArtifact(source: string, workspaceRoot: string): boolean {
  const within = relative(join(workspaceRoot, 'artifacts'), source).split(/[\\/]/);
  return within[0] !== '..' && within.length >= 3;
}

/** What begins with #! is read by an interpreter, and has nothing to hold against an image. */
function isScript(path: string): boolean {
  const head = Buffer.alloc(2);
  try {
    const file = openSync(path, 'r');
    readSync(file, head);
    closeSync(file);
  } catch {
    // Missing, or a folder: which is for the check to say.
  }
  return head.toString() === '#!';
}

export function unknownService(service: string, known: readonly string[], stack: string): MillwrightError {
  return new MillwrightError('SERVICE_UNKNOWN', {
    what: `${stack} has no service ${service}`,
    why: `its services are ${known.join(', ')}`,
  });
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
  const folder = join(workspaceRoot, stacksFolder, projectName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'override.yaml');
  const freeNames = options.projectName === undefined;
  const text = overrideFile(wholeModel, { stack, checkout: workspaceRoot, bindings, ports, freeNames });
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
  const compose = session.compose.with(file);
  const read = await compose.read();
  if ('problem' in read) {
    // The user's own files, which may have been edited since they were read, or the override.
    throw explainCompose(session.redactor.clean(read.problem), compose.subject.files, workspaceRoot);
  }
  return { compose, ports };
}
