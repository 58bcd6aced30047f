/** The task that a request is for, as the client says. It is only shown, and never decides anything. */
export interface TaskLabel {
  readonly project: string | undefined;
  readonly target: string | undefined;
}

/** The headers of a label. Their values are percent-encoded. */
const projectHeader = 'millwright-project';
const targetHeader = 'millwright-target';

/** Text that can stand in a table: without control characters and those that change the direction of text. */
const labelForm = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Returns the label in the headers of a request. What is not usable is left out. */
export function labelOf(headers: Headers): TaskLabel {
  return { project: decode(headers[projectHeader]), target: decode(headers[targetHeader]) };
}

/** Returns the headers of a label; none if it is unknown. */
export function labelHeaders({ project, target }: Partial<TaskLabel> = {}): Record<string, string> {
  return {
    ...(project === undefined ? {} : { [projectHeader]: encode(project) }),
    ...(target === undefined ? {} : { [targetHeader]: encode(target) }),
  };
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decode(value: Headers[string]): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const text = decodeURIComponent(value).trim();
    return labelForm.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
