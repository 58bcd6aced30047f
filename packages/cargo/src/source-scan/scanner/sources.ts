import type { SourceRole } from './cargo-variables.js';
import { FactsBuilder } from './facts-builder.js';
import { noFacts, type SourceFacts } from './facts.js';
import { ModuleRules } from './module-rules.js';
import { Reading } from '../tokens/reading.js';
import { RunRules } from './run-rules.js';
import { SourceRules } from './rules.js';
import { tokenize } from '../tokens/rust-tokens.js';

/** A source without any of these refers to no other files and no variables. */
const triggers = /!|#|\bmod\b|\buse\b/;

/** Signs that a test may read a path outside the crate, or a variable. */
const runTriggers = /CARGO_MANIFEST_DIR|"\.\.\/|\bvar(?:_os)?\b/;

/** Names by which code accesses files and programs. */
const fileAccessNames = /\b(?:fs|File|OpenOptions|Command|WalkDir|read_dir|read_to_string)\b/;

/**
 * Scans a Rust source for references: modules, files that macros and attributes name, environment variables, and reads
 * at run time whose paths are literals. Does not expand macros, and evaluates only conditions on tests.
 */
export function scanSource(text: string, role: SourceRole = 'source'): SourceFacts {
  if (role === 'source' && !triggers.test(text) && !runTriggers.test(text)) return noFacts;
  const reading = new Reading(text, tokenize(text));
  const facts = new FactsBuilder(reading, role);
  const modules = new ModuleRules(reading);
  const source = new SourceRules(reading, facts);
  const run = role !== 'source' || runTriggers.test(text) ? new RunRules(reading, facts, source) : undefined;
  for (let index = 0; index < reading.tokens.length; index++) {
    reading.moveTo(index);
    modules.apply(index);
    source.apply(index);
    run?.apply(index);
  }
  if (!run) facts.run.touchesFiles = fileAccessNames.test(text);
  return facts.result(modules.modules, modules.isUnknown);
}
