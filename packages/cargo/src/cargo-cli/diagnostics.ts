import type { DiagnosticMessage } from './messages.js';
import type { CargoPackage } from './metadata.js';

/** Collects the diagnostics of one build. Each diagnostic is shown once per run, by one task. */
export class Diagnostics {
  /** @param shown the diagnostics already shown by other builds of the run, such as those for other platforms */
  constructor(private readonly shown = new Set<string>()) {}

  private readonly byPackage = new Map<string, { errors: number; rendered: string[]; linking: string[] }>();

  add(message: DiagnosticMessage): void {
    const entry = this.byPackage.get(message.package_id) ?? { errors: 0, rendered: [], linking: [] };
    this.byPackage.set(message.package_id, entry);
    if (message.message.rendered === null) return;
    const { level, message: text = '' } = message.message;
    if (level === 'error') {
      if (/^linking with `|^linker `/.test(text)) entry.linking.push(message.message.rendered);
      // "aborting due to" only counts the previous errors.
      else if (!text.startsWith('aborting due to')) entry.errors += 1;
    }
    // cargo repeats a diagnostic for each unit of a crate, such as library and binary.
    if (!entry.rendered.includes(message.message.rendered)) entry.rendered.push(message.message.rendered);
  }

  /** Returns the packages that do not compile or link. */
  failed(): string[] {
    return [...this.byPackage]
      .filter(([, entry]) => entry.errors > 0 || entry.linking.length > 0)
      .map(([id]) => id);
  }

  /** Returns the linker's errors for a package that compiles but does not link; undefined otherwise. */
  linkError(packageId: string): string | undefined {
    const entry = this.byPackage.get(packageId);
    return entry?.errors === 0 && entry.linking.length > 0 ? entry.linking.join('') : undefined;
  }

  /** Returns and removes the rendered diagnostics of a package that were not shown yet. */
  takeRendered(packageId: string): string {
    const entry = this.byPackage.get(packageId);
    const fresh = entry?.rendered.filter((text) => !this.shown.has(text)) ?? [];
    for (const text of fresh) this.shown.add(text);
    if (entry) entry.rendered = [];
    return fresh.join('');
  }
}

/** Returns a package's name for its id. */
export function packageName(id: string, packages: readonly CargoPackage[]): string {
  const found = packages.find((pkg) => pkg.id === id);
  if (found) return found.name;
  return /#(?:([^@]+)@)/.exec(id)?.[1] ?? id.split('#')[0]?.split('/').at(-1) ?? id;
}
