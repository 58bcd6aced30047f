import type { SourceRole } from './cargo-variables.js';
import { FactsBuilder } from './facts-builder.js';
import { noFacts, type SourceFacts } from './facts.js';
import { ModuleRules } from './module-rules.js';
import { Reading } from './reading.js';
import { RunRules } from './run-rules.js';
import { SourceRules } from './rules.js';
import { tokenize } from './rust-tokens.js';

/** A source without any of these says nothing of other files and variables. */
const triggers = /!|#|\bmod\b|\buse\b/;

/** What a test may read when it runs: a path out of the crate, or a variable. */
const runTriggers = /CARGO_MANIFEST_DIR|"\.\.\/|\bvar(?:_os)?\b/;

/** Names under which code gets at files and programs. */
const gates = /\b(?:fs|File|OpenOptions|Command|WalkDir|read_dir|read_to_string)\b/;

/**
 * What a Rust source says of other files: its modules, files that macros and attributes name, environment
 * variables, and what it reads when it runs, as far as literals tell. It reads the text alone: macros are not
 * expanded, and of conditions only those on tests are evaluated.
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
  if (!run) facts.run.touchesFiles = gates.test(text);
  return facts.result(modules.modules, modules.isUnknown);
}
