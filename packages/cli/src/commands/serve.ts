import { loadConfig, runServer, withoutSecrets } from '@millwright/server';
import { print } from '@millwright/toolkit/core';
import { exitCodes, type Result } from '../io/result.js';

/** The options of `serve`. Those that are not set come from the environment, the file or the defaults. */
export interface ServeOptions {
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly databaseUrl?: string;
  readonly databaseUrlFile?: string;
  readonly config?: string;
  readonly printConfig?: boolean;
}

/** Runs a server until Ctrl+C or SIGTERM. */
export async function serve(options: ServeOptions, isJson: boolean): Promise<Result> {
  const { config: file, printConfig, ...flags } = options;
  const config = loadConfig(flags, process.env, file);
  if (printConfig === true) {
    const shown = withoutSecrets(config);
    return { exitCode: exitCodes.done, text: JSON.stringify(shown, undefined, 2), data: shown };
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort();
    });
  await runServer(
    config,
    { level: 'info', stream: process.stderr },
    ({ url, adminToken }) => {
      if (isJson) {
        console.log(JSON.stringify({ url, adminToken: adminToken ?? null }));
        return;
      }
      print(`millwright serves ${url}`);
      if (adminToken !== undefined)
        print(
          `token of the administrator, shown only once: ${adminToken}\nkeep it, and use it as MILLWRIGHT_TOKEN`,
        );
    },
    stop.signal,
  );
  return { exitCode: exitCodes.done, text: 'stopped', data: { stopped: true } };
}
