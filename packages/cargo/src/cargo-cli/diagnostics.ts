import type { DiagnosticMessage } from './messages.js';
import type { CargoPackage } from './metadata.js';

/** The diagnostics of one build, each kept for the one task that shows it. A diagnostic is shown once in a run. */
export class Diagnostics {
  /** @param shown what was shown of other builds of the same run, as those for other platforms */
  constructor(private readonly shown = new Set<string>()) {}

  private readonly byPackage = new Map<string, { errors: number; rendered: string[]; linking: string[] }>();

  add(message: DiagnosticMessage): void {
    const entry = this.byPackage.get(message.package_id) ?? { errors: 0, rendered: [], linking: [] };
    this.byPackage.set(message.package_id, entry);
    if (message.message.rendered === null) return;
    const { level, message: text = '' } = message.message;
    if (level === 'error') {
      if (/^linking with `|^linker `/.test(text)) entry.linking.push(message.message.rendered);
      // rustc counts the errors before in one more of its own.
      else if (!text.startsWith('aborting due to')) entry.errors += 1;
    }
    // cargo repeats a diagnostic for each unit of a crate that has it: library and binary, say.
    if (!entry.rendered.includes(message.message.rendered)) entry.rendered.push(message.message.rendered);
  }

  /** The packages that do not compile or cannot be linked. */
  failed(): string[] {
    return [...this.byPackage]
      .filter(([, entry]) => entry.errors > 0 || entry.linking.length > 0)
      .map(([id]) => id);
  }

  /** What the linker said of a package that compiles; undefined where the package does not, or links. */
  linkError(packageId: string): string | undefined {
    const entry = this.byPackage.get(packageId);
    return entry?.errors === 0 && entry.linking.length > 0 ? entry.linking.join('') : undefined;
  }

  /** All that was rendered for a package; it is shown once, so it is gone afterwards. */
  take(packageId: string): string {
    const entry = this.byPackage.get(packageId);
    const fresh = entry?.rendered.filter((text) => !this.shown.has(text)) ?? [];
    for (const text of fresh) this.shown.add(text);
    if (entry) entry.rendered = [];
    return fresh.join('');
  }
}

/** A package's name as people know it, out of its id. */
export function packageName(id: string, packages: readonly CargoPackage[]): string {
  const found = packages.find((pkg) => pkg.id === id);
  if (found) return found.name;
  return /#(?:([^@]+)@)/.exec(id)?.[1] ?? id.split('#')[0]?.split('/').at(-1) ?? id;
}
