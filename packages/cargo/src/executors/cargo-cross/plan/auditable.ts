import { type Environment, onPath } from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import { asTable, type TomlTable } from '../../../manifests/toml.js';

/** Named without its folder: cargo hashes this text into the names of symbols, and so into every artifact. */
const program = 'cargo-auditable';

/** What decides how cargo-auditable is started. */
export interface AuditableFacts {
  /** The arguments of the cargo build. */
  readonly args: readonly string[];
  readonly env: Environment;
  /** cargo's configuration, nearest first. */
  readonly configs: readonly TomlTable[];
}

/**
 * Returns the variables by which cargo starts cargo-auditable in place of rustc for the crates of the workspace, as
 * `cargo auditable build` does (cargo-auditable, `cargo_auditable.rs`). Thus other subcommands, such as zigbuild, work too.
 * @throws MillwrightError AUDITABLE_UNUSABLE if it is not installed, or another wrapper is configured
 */
export function auditableVariables({ args, env, configs }: AuditableFacts): Readonly<Record<string, string>> {
  const what = '`auditable` needs cargo-auditable, which cannot be used';
  const own =
    env.RUSTC_WORKSPACE_WRAPPER ??
    env.CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER ??
    configs
      .map(({ build }) => asTable(build)?.['rustc-workspace-wrapper'])
      .find((value) => value !== undefined);
  if (typeof own === 'string' && own !== '')
    throw cargoError('AUDITABLE_UNUSABLE', {
      what,
      why: `cargo starts ${own} in place of rustc, and can start only one program`,
      remedy: 'unset RUSTC_WORKSPACE_WRAPPER or `build.rustc-workspace-wrapper`, or turn the option off',
    });
  if (onPath(program, env).length === 0)
    throw cargoError('AUDITABLE_UNUSABLE', { what, why: `there is no ${program} on PATH` });
  return {
    RUSTC_WORKSPACE_WRAPPER: program,
    CARGO_AUDITABLE_ORIG_ARGS: JSON.stringify({
      offline: args.includes('--offline'),
      locked: args.includes('--locked'),
      frozen: args.includes('--frozen'),
      config: configValues(args),
    }),
  };
}

/** The values of `--config <value>` and `--config=<value>`. */
function configValues(args: readonly string[]): string[] {
  return args.flatMap((arg, index) =>
    args[index - 1] === '--config'
      ? [arg]
      : arg.startsWith('--config=')
        ? [arg.slice('--config='.length)]
        : [],
  );
}
