import type { Json, JsonObject } from '../../client/json.js';

/** `name="$1"` or `name="${2:-default}"` at the start of a line: how Windmill reads the parameters of a Bash script. */
const bashParameter = /^(\w+)="\$(?:(\d+)|\{(\d+)(?::-[^}]*)?\})"/gm;

/**
 * The positional arguments of a Bash script. Texts are passed as they are, other values as JSON; a missing argument is empty,
 * which lets the script's default apply.
 */
export function bashArguments(content: string, args: JsonObject): string[] {
  const positional: string[] = [];
  for (const [, name = '', plain, braced] of content.matchAll(bashParameter)) {
    const place = Number(plain ?? braced);
    if (place < 1 || place > 100) continue;
    while (positional.length < place) positional.push('');
    positional[place - 1] = textOf(args[name]);
  }
  return positional;
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Runs `main` of main.py with the arguments in args.json, and writes the outcome to outcome.json. */
export const pythonWrapper = `
import datetime, json, sys, traceback

def plain(value):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        import base64
        return base64.b64encode(value).decode()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)

def write(outcome):
    with open("outcome.json", "w") as file:
        json.dump(outcome, file, default=plain)

try:
    with open("args.json") as file:
        arguments = json.load(file)
    import main
    write({"result": main.main(**arguments)})
except BaseException as error:
    stack = "".join(traceback.format_tb(error.__traceback__))
    write({"error": {"name": type(error).__name__, "message": str(error), "stack": stack}})
    traceback.print_exc()
    sys.exit(1)
`;

/** Runs `main` of main.ts likewise. Its parameters are passed in their order, as Windmill does. */
export const nodeWrapper = `
import { readFileSync, writeFileSync } from 'node:fs';
const write = (outcome) => writeFileSync('outcome.json', JSON.stringify(outcome));
try {
  const script = await import('./main.ts');
  if (typeof script.main !== 'function') throw new Error('the script exports no function \`main\`');
  const args = JSON.parse(readFileSync('args.json', 'utf8'));
  const names = namesOf(script.main.toString());
  const result = await script.main(...names.map((name) => args[name]));
  write({ result: result === undefined ? null : result });
} catch (error) {
  const { name = 'Error', message = String(error), stack = '' } = error instanceof Error ? error : {};
  write({ error: { name, message, stack } });
  console.error(stack || message);
  process.exitCode = 1;
}

/** The names of a function's parameters; its text is JavaScript, without types. */
function namesOf(text) {
  const single = /^(?:async\\s+)?(\\w+)\\s*=>/.exec(text);
  if (single !== null) return [single[1]];
  const from = text.indexOf('(') + 1;
  const names = [];
  let depth = 0;
  let current = '';
  let quote = '';
  for (const character of text.slice(from)) {
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if ('"\\'\`'.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && depth-- === 0) break;
    else if (character === ',' && depth === 0) {
      names.push(current);
      current = '';
      continue;
    }
    current += character;
  }
  return [...names, current].map((name) => /^\\s*(\\w+)/.exec(name)?.[1]).filter((name) => name !== undefined);
}
`;
