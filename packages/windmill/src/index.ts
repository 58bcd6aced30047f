export { createEngine, type EngineDependencies } from './engine/create-engine.js';
export type { LanguageSupport } from './engine/language-support.js';
export type { ScriptReport } from './checks/check-script.js';
export type { Checker, CodeProblem } from './checks/types.js';
export type { ServerFacts, WorkflowEngine } from './engine/types.js';
export { type Clock, systemClock } from './clock/clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export type { Fetch } from './client/transport.js';
export type { Json, JsonObject } from './client/json.js';
export type { EngineChanges, EngineConfig } from './config/config.js';
export type { HealthChecker, HealthOptions, HealthReport, Probe, ProbeName } from './health/types.js';
export { type Safe, safely } from './engine/safe.js';
export { checkPath, isPath } from './config/paths.js';
export { errorSections, hasCode, type WindmillErrorCode } from './errors.js';
export type {
  Execution,
  ExecutionManager,
  ExecutionState,
  ExecutionStatus,
  RunOptions,
  ScriptRef,
  WaitOptions,
} from './executions/types.js';
export type {
  DeployOptions,
  Flow,
  FlowEntry,
  FlowManager,
  FolderManager,
  ListOptions,
  NewFlow,
  NewScript,
  NewUser,
  NewVariable,
  Script,
  ScriptEntry,
  ScriptManager,
  TokenManager,
  User,
  UserManager,
  Variable,
  VariableManager,
  WorkspaceManager,
} from './services/types.js';
export { type ScriptTypes, typedScripts, type TypedScripts } from './services/typed-scripts.js';
export type { Logger } from './observability/logger.js';
export { type FlowProblem, validateFlow } from './flows/validate.js';
export { ExitError, type RunContext, type Runners, type ScriptFunction } from './simulation/jobs/runners.js';
export { type ProgramOptions, programRunners } from './simulation/programs/programs.js';
export { createSimulation, type Simulation, type SimulationOptions } from './simulation/simulation.js';
export { listen, type Listener } from './simulation/listen.js';
