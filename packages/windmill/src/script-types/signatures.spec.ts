import { describe, expect, it } from 'vitest';
import { signatureOf } from './signature.js';

const shortOf = (language: string, code: string) => {
  const signature = signatureOf(language, code);
  if (signature === undefined) return undefined;
  const parameters = signature.parameters.map(
    ({ name, type, isOptional }) => `${name}${isOptional ? '?' : ''}: ${type}`,
  );
  return [`(${parameters.join(', ')})`, signature.result].join(' => ').replaceAll(/\s+/g, ' ');
};

describe('the signature of a TypeScript script', () => {
  it.each([
    [
      'export async function main(a: string, b?: number, c = true): Promise<string[]> { return [] }',
      '(a: string, b?: number, c?: boolean) => readonly string[]',
    ],
    ['export const main = async (a: "x" | "y") => a', "(a: 'x' | 'y') => Json"],
    ['function main() {}', '() => Json'],
    ['export default function main(x: any): void {}', undefined],
    [
      'interface Row { id: number; "the name"?: string | null }\nexport function main(): Row[] { return [] }',
      "() => ReadonlyArray<{ readonly id: number; readonly 'the name'?: string | null; }>",
    ],
    [
      'type Tree = { children: Tree[] }\nexport function main(): Tree { throw 1 }',
      /^\(\) => \{ readonly children: .*Json/,
    ],
    ['enum Level { Low, High = "high" }\nexport function main(l: Level) {}', "(l: number | 'high') => Json"],
    [
      'import * as wmill from "windmill-client"\nexport function main(db: Postgresql, f: wmill.S3Object, d: Date) {}',
      '(db: Resource, f: { readonly s3: string; readonly storage?: string }, d: string) => Json',
    ],
    [
      'export function main({ a, b }: { a: string; b: number }, [c]: string[]) {}',
      '(arg1: { readonly a: string; readonly b: number; }, arg2: readonly string[]) => Json',
    ],
    [
      'export function main(a: Record<string, number>): Promise<undefined | Map<string, 1>> {}',
      '(a: { readonly [key: string]: number }) => Json',
    ],
    ['export function main(', undefined],
    ['export function other() {}', undefined],
  ])('of `%s`', (code, expected) => {
    const found = shortOf('bun', code);
    if (expected instanceof RegExp) expect(found).toMatch(expected);
    else expect(found).toBe(expected);
  });
});

describe('the signature of a Python script', () => {
  it.each([
    [
      'def main(a: str, b: int = 3, *, c: bool | None = None) -> list[str]:\n  pass',
      '(a: string, b?: number, c?: boolean | null) => readonly string[]',
    ],
    ['async def main(x, *args, **kwargs):\n  pass', '(x: Json) => Json'],
    [
      'def main(a: "Optional[int]", b: typing.Literal["x", "y"], c: Dict[str, float]) -> None: ...',
      "(a: number | null, b: 'x' | 'y', c: { readonly [key: string]: number }) => null",
    ],
    [
      'class Row(TypedDict):\n  id: int\n  tags: NotRequired[list[str]]\n\ndef main() -> list[Row]: ...',
      '() => ReadonlyArray<{ readonly id: number; readonly tags?: readonly string[]; }>',
    ],
    [
      'class postgresql(TypedDict):\n  host: str\n\ndef main(db: postgresql, at: datetime.datetime, file: bytes): ...',
      '(db: Resource, at: string, file: string) => Json',
    ],
    ['@decorated\ndef main(a: Annotated[int, "note"]): ...', '(a: number) => Json'],
    ['def helper(a: int): ...', undefined],
  ])('of `%s`', (code, expected) => {
    expect(shortOf('python3', code)).toBe(expected);
  });
});

it('a Bash script takes its positional parameters', () => {
  const code = 'second="${2:-no}"\nfirst="$1" # the first\nagain="$1"\nall="$@"\n';
  expect(shortOf('bash', code)).toBe('(first: string, second?: string) => Json');
});

it('the signatures of other languages are not read', () => {
  expect(signatureOf('go', 'func main() {}')).toBeUndefined();
});
