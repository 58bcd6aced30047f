import type { DiagnosticMessage } from './messages.js';
import type { CargoPackage } from './metadata.js';

/** The diagnostics of one build, each kept for the one task that shows it. */
export class Diagnostics {
  private readonly byPackage = new Map<string, { errors: number; rendered: string[] }>();

  add(message: DiagnosticMessage): void {
    const entry = this.byPackage.get(message.package_id) ?? { errors: 0, rendered: [] };
    this.byPackage.set(message.package_id, entry);
    if (message.message.rendered === null) return;
    if (message.message.level === 'error') entry.errors += 1;
    // cargo repeats a diagnostic for each unit of a crate that has it: library and binary, say.
    if (!entry.rendered.includes(message.message.rendered)) entry.rendered.push(message.message.rendered);
  }

  /** The packages that do not compile. */
  failed(): string[] {
    return [...this.byPackage].filter(([, entry]) => entry.errors > 0).map(([id]) => id);
  }

  /** All that was rendered for a package; it is shown once, so it is gone afterwards. */
  take(packageId: string): string {
    const entry = this.byPackage.get(packageId);
    const text = entry?.rendered.join('') ?? '';
    if (entry) entry.rendered = [];
    return text;
  }
}

/** A package's name as people know it, out of its id. */
export function packageName(id: string, packages: readonly CargoPackage[]): string {
  const found = packages.find((pkg) => pkg.id === id);
  if (found) return found.name;
  return /#(?:([^@]+)@)/.exec(id)?.[1] ?? id.split('#')[0]?.split('/').at(-1) ?? id;
}
