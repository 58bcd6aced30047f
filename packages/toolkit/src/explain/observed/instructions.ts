/** An entry of Nx's hash plan: one hash input of a task, parsed from a key of `hashDetails.nodes`. */
export type Instruction =
  | {
      readonly kind: 'files';
      readonly patterns: readonly string[];
      /** Whether files that git ignores are included. */
      readonly includesIgnored: boolean;
      /** Whether the list is truncated: Nx writes only the first eight patterns of files that it reads from disk. */
      readonly isTruncated?: true;
    }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'definition'; readonly project: string }
  | { readonly kind: 'outputs'; readonly glob: string; readonly outputs: readonly string[] }
  | { readonly kind: 'other'; readonly name: string };

/**
 * Parses a key of `hashDetails.nodes` (Nx 24). The format is undocumented, so unknown keys are kept by name.
 * @param projects the names of the projects, which may contain a colon or look like a glob
 */
export function parseInstruction(key: string, projects: Pick<ReadonlySet<string>, 'has'>): Instruction {
  const cut = /^files:\[(.*) \(\+\d+ more\)\]$/s.exec(key);
  if (cut)
    return { kind: 'files', patterns: patternsIn(cut[1] ?? ''), includesIgnored: true, isTruncated: true };
  const list = /^(workspace|files):\[(.*)\]$/s.exec(key);
  if (list)
    return { kind: 'files', patterns: patternsIn(list[2] ?? ''), includesIgnored: list[1] === 'files' };
  if (key.startsWith('env:')) return { kind: 'variable', name: key.slice('env:'.length) };
  if (key.startsWith('runtime:')) return { kind: 'command', command: key.slice('runtime:'.length) };
  const colon = colonAfterProject(key, projects);
  if (colon !== undefined) {
    const rest = key.slice(colon + 1);
    // Every project has this entry, even without a tsconfig.json.
    if (rest === 'TsConfig') return { kind: 'other', name: key };
    return rest === 'ProjectConfiguration'
      ? { kind: 'definition', project: key.slice(0, colon) }
      : { kind: 'files', patterns: patternsIn(rest), includesIgnored: false };
  }
  const outputs = /^([^:]*[*/.][^:]*):(.*)$/s.exec(key);
  if (outputs && !key.startsWith('npm:'))
    return { kind: 'outputs', glob: outputs[1] ?? '', outputs: (outputs[2] ?? '').split(',') };
  return { kind: 'other', name: key };
}

function colonAfterProject(key: string, projects: Pick<ReadonlySet<string>, 'has'>): number | undefined {
  for (let colon = key.indexOf(':'); colon >= 0; colon = key.indexOf(':', colon + 1)) {
    if (projects.has(key.slice(0, colon))) return colon;
  }
  return undefined;
}

/** Splits a list at commas, except within braces or after a backslash. The patterns are relative to the workspace. */
function patternsIn(list: string): string[] {
  const patterns = list.match(/(?:\\.|\{[^{}]*\}|[^,\\])+/gs) ?? [];
  return patterns.map((pattern) => pattern.replace(/^(!?)\{workspaceRoot\}\//, '$1'));
}
