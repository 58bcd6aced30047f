import { anyJson, type Field, type Signature } from './type-text.js';

/**
 * Reads the parameters of a Bash script: lines such as `name="$1"` or `name="${1:-default}"`, as Windmill does.
 * The result is the last line of the output, or any JSON.
 */
export function bashSignature(code: string): Signature {
  const fields = new Map<number, Field>();
  for (const [, name, plain, braced, hasDefault] of code.matchAll(
    /^[ \t]*(\w+)=["']?(?:\$(\d+)|\$\{(\d+)(:-[^}]*)?\})["']?[ \t]*(?:#.*)?$/gm,
  )) {
    const position = Number(plain ?? braced);
    if (name === undefined || position === 0 || fields.has(position)) continue;
    fields.set(position, { name, type: 'string', isOptional: hasDefault !== undefined });
  }
  const parameters = [...fields].sort(([one], [other]) => one - other).map(([, field]) => field);
  return { parameters, result: anyJson };
}
