import { describe, expect, it } from 'vitest';
import { checkScript } from './check-script.js';

const found = async (language: string, content: string) =>
  (await checkScript({ language, content }, {}, 1_000)).problems;

describe('code with a mistake of syntax', () => {
  it.each<[language: string, code: string, line: number, message: RegExp]>([
    ['python3', 'def main(x: int\n    return 1\n', 1, /Expected `\)`/],
    ['python3', 'def main():\nreturn 1\n', 2, /indent/i],
    ['bun', 'export function main() {\n  return 1 +\n}\n', 3, /Unexpected token/],
    ['deno', 'export function main(a: ) {}\n', 1, /./],
    ['nativets', 'const a = 1;\nconst a = 2;\n', 1, /already been declared/],
    ['bash', 'if true; then\n  echo "hi\nfi\n', 2, /closing quote/],
    [
      'postgresql',
      '-- $1 name (text)\nSELECT * FROM users\nWHERE name = $1 AND AND 1\n',
      3,
      /syntax error at or near "AND"/,
    ],
    ['postgresql', "SELECT '😀', é FROM\nWHERE x", 2, /"WHERE"/],
  ])('in %s is reported with its line and the reason: %j', async (language, code, line, message) => {
    const [first] = await found(language, code);
    expect(first).toMatchObject({ line, message: expect.stringMatching(message) as string });
  });
});

describe('valid code', () => {
  it.each([
    [
      'python3',
      '#requirements:\n#pandas==2.0\n\nimport wmill\n\nasync def main(x: int | None = None): return await f(x)\n',
    ],
    ['python3', 'type A = int\nmatch 1:\n  case _: pass\nexcept_group = f"{"nested"}"\n'],
    [
      'bun',
      '//npm\nimport * as wmill from "windmill-client@1.2.3";\nexport const main = async (a: string) => await wmill.x<number>(a);\nenum E { A }\n',
    ],
    ['nativets', 'const x = await fetch("https://example.org");\nexport function main() {}\n'],
    ['bash', '# shellcheck shell=bash\nname="${1:-x}"\n[[ $name =~ ^[a-z]+$ ]] && echo <(ls) "${arr[@]}"\n'],
    [
      'postgresql',
      '-- $1 name (text) = x\n-- %%table%%\nSELECT * FROM %%table%% WHERE a = $1::TEXT;\nSELECT 1;\n',
    ],
    ['postgresql', '-- nothing yet\n'],
  ])('in %s has no problems: %j', async (language, code) => {
    expect(await found(language, code)).toEqual([]);
  });
});

it.each(['mysql', 'bigquery', 'go', 'rust'])('%s is named as not checked', async (language) => {
  expect(await checkScript({ language, content: 'SELEC' }, {}, 10)).toEqual({
    language,
    isChecked: false,
    problems: [],
  });
});

it('code above the size limit is refused without parsing it; the limit counts bytes', async () => {
  expect((await checkScript({ language: 'bash', content: 'é'.repeat(6) }, {}, 12)).problems).toEqual([]);
  const [problem] = (await checkScript({ language: 'mysql', content: 'é'.repeat(7) }, {}, 12)).problems;
  expect(problem?.message).toBe('the code has 14 bytes, and `maxScriptSize` allows 12');
});
