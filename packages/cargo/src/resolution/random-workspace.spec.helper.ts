import type { Files } from './world.spec.helper.js';

/** Numbers from 0 up to 1 that a seed decides (a linear congruential generator; Numerical Recipes' constants). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const conditions = [
  'cfg(unix)',
  'cfg(windows)',
  'cfg(not(target_os = "linux"))',
  'cfg(target_arch = "x86_64")',
];

/**
 * A workspace of `count` crates `c0`…, each with features `f0`…`f2` and dependencies on crates of higher numbers:
 * optional, renamed, inherited, conditional, for build scripts, on procedural macros.
 */
export function randomWorkspace(seed: number, count: number, resolver: string): Files {
  const random = randomNumbers(seed);
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const files: Record<string, string> = {};
  const shared: string[] = [];
  for (let number = 0; number < count; number++) {
    const sections = new Map<string, string[]>();
    const optional: string[] = [];
    const required: string[] = [];
    for (let other = number + 1; other < count; other++) {
      if (!chance(0.35)) continue;
      const key = chance(0.2) ? `r${other}` : `c${other}`;
      const kind = pick(['dependencies', 'dependencies', 'build-dependencies', 'dev-dependencies']) ?? '';
      const section = chance(0.25) ? `target.'${pick(conditions) ?? ''}'.${kind}` : kind;
      const inherits = key === `c${other}` && chance(0.3);
      const isOptional = kind !== 'dev-dependencies' && chance(0.45);
      const fields = inherits ? ['workspace = true'] : [`path = "../c${other}"`];
      if (key !== `c${other}`) fields.push(`package = "c${other}"`);
      if (isOptional) fields.push('optional = true');
      if (!inherits && chance(0.5)) fields.push('default-features = false');
      if (chance(0.4)) fields.push(`features = ["f${Math.floor(random() * 3)}"]`);
      sections.set(section, [...(sections.get(section) ?? []), `${key} = { ${fields.join(', ')} }`]);
      if (kind !== 'dev-dependencies') (isOptional ? optional : required).push(key);
    }
    const features = [0, 1, 2].map((feature) => {
      const values: string[] = [];
      if (feature < 2 && chance(0.3)) values.push(`f${feature + 1}`);
      for (const key of optional) {
        if (chance(0.3)) values.push(`dep:${key}`);
        if (chance(0.2)) values.push(`${key}/f${Math.floor(random() * 3)}`);
        if (chance(0.3)) values.push(`${key}?/f${Math.floor(random() * 3)}`);
      }
      for (const key of required) if (chance(0.2)) values.push(`${key}/f${Math.floor(random() * 3)}`);
      return `f${feature} = [${values.map((value) => `"${value}"`).join(', ')}]`;
    });
    if (chance(0.5)) features.push('default = ["f0"]');
    const isMacro = number > 0 && chance(0.15);
    files[`c${number}/Cargo.toml`] = [
      `[package]\nname = "c${number}"\nversion = "0.1.0"\nedition = "2021"`,
      ...(isMacro ? ['[lib]\nproc-macro = true'] : []),
      `[features]\n${features.join('\n')}`,
      ...[...sections].map(([name, entries]) => `[${name}]\n${entries.join('\n')}`),
    ].join('\n');
    files[`c${number}/src/lib.rs`] = '';
    shared.push(`c${number} = { path = "c${number}"${chance(0.5) ? ', default-features = false' : ''} }`);
  }
  files['Cargo.toml'] =
    `[workspace]\nresolver = "${resolver}"\nmembers = ["c*"]\n[workspace.dependencies]\n${shared.join('\n')}\n`;
  return files;
}
