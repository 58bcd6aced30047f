import ts from 'typescript';

/** Names of expressions in messages, and a value that each may have at run time. */
const samples: readonly (readonly [pattern: RegExp, value: string])[] = [
  [/^max|limit/i, '1000'],
  [/platform/i, 'linux/amd64'],
  [/triple/i, 'aarch64-unknown-linux-gnu'],
  [/glibc|version/i, '2.36'],
  [/service/i, 'server'],
  [/image/i, 'debian:bookworm-slim'],
  [/stack/i, 'my-stack'],
  [/port/i, '8000'],
  [/line/i, '12'],
  [/count|length|size|seconds|bytes/i, '3'],
  [/variable|env/i, 'DATABASE_URL'],
  [/exit|status/i, '101'],
  [/manifest/i, 'crates/mill/Cargo.toml'],
  [/goMod/i, 'mill/go.mod'],
  [/folder|directory|root/i, 'crates/mill'],
  [/path|file|source|place|artifact|binary|within/i, 'artifacts/linux/amd64/mill'],
  [/feature/i, 'kafka'],
  [/option/i, 'profile'],
  [/program|tool|command|generator/i, 'cargo'],
  [/error|message|why|reason|said/i, 'permission denied'],
  [/crate|package|project|module|name/i, 'mill'],
  [/match|dependency|^first/, 'openssl'],
  [/args/, 'status'],
];

/** A value that an expression of a message may have, guessed from its source. */
function sampleOf(expression: ts.Expression): string {
  const text = expression.getText();
  return (
    samples.find(([pattern]) => pattern.test(text))?.[1] ?? `<${text.replaceAll(/\s+/g, ' ').slice(0, 40)}>`
  );
}

/**
 * The texts that an expression can have, with sample values for what is only known at run time: one for each branch of
 * a conditional. Undefined if the expression holds no text of its own, such as a variable.
 */
function textsOf(expression: ts.Expression): readonly string[] | undefined {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isParenthesizedExpression(expression)) return textsOf(expression.expression);
  if (ts.isConditionalExpression(expression)) {
    const branches = [expression.whenTrue, expression.whenFalse].map(textsOf);
    const found = branches.flatMap((texts) => texts ?? []);
    return found.length > 0 ? found : undefined;
  }
  if (ts.isTemplateExpression(expression)) {
    return expression.templateSpans.reduce<readonly string[]>(
      (texts, { expression: value, literal }) => {
        const values = textsOf(value) ?? [sampleOf(value)];
        return texts.flatMap((text) => values.map((one) => `${text}${one}${literal.text}`));
      },
      [expression.head.text],
    );
  }
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [expression.left, expression.right].map(
      (side) => textsOf(side) ?? [sampleOf(side)],
    );
    return left?.flatMap((one) => (right ?? []).map((other) => `${one}${other}`));
  }
  if (
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
  ) {
    // An empty text replaces what is always there, such as a group of a regular expression.
    const { right } = expression;
    return ts.isStringLiteralLike(right) && right.text === '' ? undefined : textsOf(right);
  }
  if (ts.isArrowFunction(expression) && !ts.isBlock(expression.body)) return textsOf(expression.body);
  // A function around a text, such as `exact('…')`; not a method such as `names.join(', ')`.
  const [argument] =
    ts.isCallExpression(expression) && ts.isIdentifier(expression.expression) ? expression.arguments : [];
  return argument && ts.isStringLiteralLike(argument) ? [argument.text] : undefined;
}

/** A message of an error as the code writes it, with sample values. */
export interface Message {
  readonly severity: 'error' | 'warning';
  /** Undefined if it is only known at run time. */
  readonly code: string | undefined;
  readonly line: number;
  readonly what: readonly string[];
  /** Whether the message has a location. */
  readonly hasLocation: boolean;
  readonly why: readonly string[];
  /** Empty if the catalogue's remedy applies. */
  readonly remedy: readonly string[];
}

/** The messages in a source file: objects with the properties `what` and `why`. */
export function messagesIn(file: string, source: string): Message[] {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const visit = (node: ts.Node) => {
    const message = ts.isObjectLiteralExpression(node) ? messageOf(node, parsed) : undefined;
    if (message) found.push(message);
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

function messageOf(object: ts.ObjectLiteralExpression, file: ts.SourceFile): Message | undefined {
  const values = new Map<string, ts.Expression>();
  for (const property of object.properties) {
    if (ts.isPropertyAssignment(property)) values.set(property.name.getText(), property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) values.set(property.name.text, property.name);
  }
  const texts = (name: string): readonly string[] => {
    const value = values.get(name);
    return value === undefined ? [] : (textsOf(value) ?? [sampleOf(value)]);
  };
  if (!values.has('what') || !values.has('why')) return undefined;
  const parent = object.parent;
  const code =
    ts.isNewExpression(parent) || ts.isCallExpression(parent) ? parent.arguments?.[0] : values.get('code');
  return {
    severity: isPrinted(parent) ? 'warning' : 'error',
    code: code && ts.isStringLiteralLike(code) ? code.text : undefined,
    line: file.getLineAndCharacterOfPosition(object.getStart()).line + 1,
    what: texts('what'),
    hasLocation: values.has('location'),
    why: texts('why'),
    remedy: texts('remedy'),
  };
}

/** Tells whether an error is not thrown, but printed at once, as a warning. */
function isPrinted(error: ts.Node): boolean {
  const call = error.parent as ts.Node | undefined;
  return (
    call !== undefined &&
    ts.isCallExpression(call) &&
    ['warnOnce', 'formatWarning'].includes(call.expression.getText())
  );
}
