import { MillwrightError, parseOptions } from '@millwright/toolkit';
import { manifestOf } from '../manifests/manifest.js';
import type { Crate } from '../manifests/model.js';
import { type PluginOptions, pluginOptions } from '../options.js';

const own = pluginOptions.pick({ platforms: true, libc: true });

/** The options of crates of this repository, which can set `platforms` and `libc` in `[package.metadata.millwright]`. */
export class CrateOptions {
  /** The invalid tables, by manifest. */
  readonly errors = new Map<string, MillwrightError>();
  /** One object for equal options. */
  readonly #known = new Map<string, PluginOptions>();

  /** @param options the plugin's options in nx.json */
  constructor(private readonly options: PluginOptions) {}

  /** Returns the options of a crate; those in nx.json if its table is invalid. */
  of({ root, metadata }: Pick<Crate, 'root' | 'metadata'>): PluginOptions {
    const written = {
      ...(metadata?.platforms === undefined ? {} : { platforms: metadata.platforms }),
      ...(metadata?.libc === undefined ? {} : { libc: metadata.libc }),
    };
    const key = JSON.stringify(written);
    if (key === '{}') return this.options;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const file = manifestOf(root);
    try {
      const parsed = parseOptions(own, written, '[package.metadata.millwright]', { file });
      const options = { ...this.options, ...('libc' in written ? parsed : { platforms: parsed.platforms }) };
      this.#known.set(key, options);
      return options;
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      this.errors.set(file, error);
      return this.options;
    }
  }
}
