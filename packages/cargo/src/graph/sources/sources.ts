import { BuildScriptRules } from './build-script-rules.js';
import type { SourceRole } from './cargo-variables.js';
import { Reading, type SourceReads } from './reading.js';
import { SourceRules } from './rules.js';
import { tokenize } from './rust-tokens.js';

export type { FileRead, SourceReads, UnresolvedRead, VariableRead } from './reading.js';

/** A source without any of these reads nothing besides itself; most sources have none. */
const triggers =
  /\b(?:include(?:_str|_bytes|_dir)?|env|option_env|query\w*|migrate|embed_migrations)\s*!|path\s*=\s*r?#*"|folder\s*=|template\s*\(|"\.\.\//;

const nothing: SourceReads = { files: [], variables: [], unresolved: [] };

/**
 * What the compilation of a Rust source reads besides the source itself: files that macros and attributes
 * name, environment variables, and for a build script or a procedural macro what it reads when it runs, as
 * far as literals tell. It reads the text alone: macros are not expanded, conditions are not evaluated.
 */
export function scanSource(text: string, role: SourceRole = 'source'): SourceReads {
  if (role === 'source' && !triggers.test(text)) return nothing;
  const reading = new Reading(text, tokenize(text), role);
  const source = new SourceRules(reading);
  const build = role === 'source' ? undefined : new BuildScriptRules(reading);
  for (let index = 0; index < reading.tokens.length; index++) {
    reading.moveTo(index);
    source.apply(index);
    build?.apply(index);
  }
  return reading.result();
}
