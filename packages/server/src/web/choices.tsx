/** Returns a text if it is one of the choices. */
export function isOneOf<Choice extends string>(
  choices: readonly Choice[],
  text: string | undefined,
): Choice | undefined {
  return choices.find((choice) => choice === text);
}

export interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly name: string }[];
}

/** A list of which one is chosen. */
export function Select({ label, name, value, options }: SelectProps) {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map((option) => (
          <option value={option.value} selected={option.value === (value ?? '')}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The workspaces of an administrator. Who has only one sees no list. */
export function WorkspaceSelect({
  workspaces,
  workspace,
}: {
  readonly workspaces: readonly string[];
  readonly workspace: string | undefined;
}) {
  if (workspaces.length === 0) return null;
  const options = workspaces.map((name) => ({ value: name, name }));
  return (
    <Select
      label="Workspace"
      name="workspace"
      value={workspace}
      options={[{ value: '', name: 'all' }, ...options]}
    />
  );
}
