import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { generateTypes } from './generate.js';

const code = 'class Row(TypedDict):\n  id: int\n\ndef main(name: str, times: int = 1) -> list[Row]: ...';
const sources = [
  { path: 'f/demo/greet', language: 'python3', code, metadata: { summary: 'A */ trap\u2028line' } },
  {
    path: 'f/demo/odd',
    language: 'bash',
    code: '',
    metadata: { schema: { properties: { 'a-b': { enum: ["'", '\\', '\u2028'] } } } },
  },
];
const use = `
import { typedScripts } from '${join(import.meta.dirname, '../services/typed-scripts.ts')}';
import type { WorkflowEngine } from '${join(import.meta.dirname, '../engine/types.ts')}';
import type { Scripts } from './scripts';
export async function check(engine: WorkflowEngine): Promise<number | undefined> {
  const scripts = typedScripts<Scripts>(engine);
  const run = await scripts.run('f/demo/greet', { name: 'Ada' });
`;

it('generated types compile under strict, and reject other arguments, paths and results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windmill-types-'));
  try {
    writeFileSync(join(folder, 'scripts.ts'), generateTypes(sources).text);
    const rest = [
      'return (await run.result())[0]?.id;\n}',
      "await scripts.run('f/demo/greet', { nam: 'Ada' });",
      "await scripts.run('f/demo/missing', {});",
      'const text: string = await run.result(); void text;',
    ];
    writeFileSync(join(folder, 'use.ts'), `${use}${rest.slice(1).join('\n')}\n${rest[0] ?? ''}`);
    const program = ts.createProgram([join(folder, 'use.ts')], {
      ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
      ...{ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.Preserve, types: [] },
    });
    const problems = ['scripts.ts', 'use.ts'].flatMap((name) => {
      const file = program.getSourceFile(join(folder, name));
      return program.getSemanticDiagnostics(file).map(({ code: error, start }) => {
        const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
        return `${name}: ${error} ${file?.text.split('\n')[line]?.trim() ?? ''}`;
      });
    });
    expect(problems).toEqual([
      `use.ts: 2561 ${rest[1] ?? ''}`,
      `use.ts: 2345 ${rest[2] ?? ''}`,
      `use.ts: 2322 ${rest[3] ?? ''}`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
