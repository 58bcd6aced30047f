/** An action, pinned to a commit. */
interface Action {
  readonly commit: string;
  /** The tag of the commit, for readers and for tools that update pins. */
  readonly version: string;
}

/** The actions in generated workflows: those of GitHub alone. Tags can be moved to other code, commits cannot. */
export const actions = {
  'actions/checkout': { commit: '3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' },
  'actions/setup-node': { commit: '820762786026740c76f36085b0efc47a31fe5020', version: 'v7.0.0' },
  'actions/setup-go': { commit: 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e', version: 'v7.0.0' },
  'actions/upload-artifact': { commit: 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f', version: 'v7.0.0' },
  'actions/download-artifact': { commit: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c', version: 'v8.0.1' },
} satisfies Readonly<Record<string, Action>>;

/** Returns the value of `uses` for an action. */
export function uses(name: keyof typeof actions): string {
  return `${name}@${actions[name].commit}`;
}

/** Why jobs have permissions beyond reading. */
const reasons: Readonly<Record<string, string>> = {
  'id-token: write': 'to prove what the job is; it gives no access to the repository',
  'contents: write': 'to create the release',
  'packages: write': 'to push the images',
};

/** Adds comments for readers and for tools that check workflows: versions of pinned actions, reasons of permissions. */
export function withComments(yaml: string): string {
  const documented = Object.entries(reasons).reduce(
    (text, [permission, reason]) =>
      text.replaceAll(`      ${permission}\n`, `      ${permission} # ${reason}\n`),
    yaml,
  );
  return Object.entries(actions).reduce(
    (text, [name, { commit, version }]) =>
      text.replaceAll(`${name}@${commit}`, `${name}@${commit} # ${version}`),
    documented,
  );
}
