import { Ajv2020 } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** Compares answers of a server with its OpenAPI document. */
export class AnswerChecker {
  readonly #ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #seen = new Set<string>();

  /** @param document what `/openapi.json` answers */
  constructor(document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }) {
    this.#operations = new Map(
      Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => [`${method} ${path}`, operation] as const),
      ),
    );
  }

  /** @throws Error if the document does not describe the answer */
  async check(method: string, path: string, response: Response): Promise<void> {
    const [name, operation] = this.#find(method.toLowerCase(), path);
    const { status } = response;
    const answer = operation.responses[status] ?? operation.responses.default;
    if (answer === undefined) throw new Error(`${name} answers ${status}, which is not documented`);
    this.#seen.add(`${name} ${status}`);
    const text = await response.text();
    const type = response.headers.get('content-type')?.replace(/;.*/, '') ?? '';
    if (answer.content === undefined) {
      if (text !== '') throw new Error(`${name} answers ${status} with content: ${text}`);
      return;
    }
    const schema = answer.content[type]?.schema;
    if (schema === undefined) throw new Error(`${name} answers ${status} with the type ${type || 'none'}`);
    const validate = this.#ajv.compile(schema);
    for (const value of valuesOf(type, text))
      if (!validate(value))
        throw new Error(`${name} answers ${status}: ${this.#ajv.errorsText(validate.errors)}: ${text}`);
  }

  /** Returns the documented answers that `check` has not seen yet. */
  unseen(): string[] {
    return [...this.#operations].flatMap(([name, { responses }]) =>
      Object.keys(responses)
        .filter((status) => status !== 'default')
        .map((status) => `${name} ${status}`)
        .filter((answer) => !this.#seen.has(answer)),
    );
  }

  #find(method: string, path: string): readonly [string, Operation] {
    const parts = path.replace(/\?.*/s, '').split('/');
    const found = [...this.#operations].find(([name]) => {
      const [named, template = ''] = name.split(' ');
      const known = template.split('/');
      return (
        named === method &&
        known.length === parts.length &&
        known.every((part, at) => part.startsWith('{') || part === parts[at])
      );
    });
    if (found === undefined) throw new Error(`${method} ${path} is not documented`);
    return found;
  }
}

/** The values in an answer, of which a schema describes each. Archives are described by their type alone. */
function valuesOf(type: string, text: string): unknown[] {
  if (type === 'application/json') return [JSON.parse(text)];
  if (type === 'application/x-ndjson')
    return text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  return [text];
}
