/**
 * Writes the documents and types of Windmill's API in packages/windmill from upstream's OpenAPI documents.
 * Usage: node tools/generate-windmill-api.ts <folder of Windmill's sources>...
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { parse } from 'yaml';
import { type Members, membersOf, reduceDocument } from './windmill-api/document.ts';
import { applyOverlay, type OverlayAction } from './windmill-api/overlay.ts';

const home = join(import.meta.dirname, '../packages/windmill');
const yaml = (path: string): unknown => parse(readFileSync(path, 'utf8'), { maxAliasCount: -1 });
const { actions } = yaml(join(home, 'openapi/corrections.overlay.yaml')) as {
  readonly actions: readonly OverlayAction[];
};

for (const sources of process.argv.slice(2)) {
  const api = yaml(join(sources, 'backend/windmill-api/openapi.yaml')) as Members;
  const document = reduceDocument(api, yaml(join(sources, 'openflow.openapi.yaml')) as Members);
  applyOverlay(document, actions);
  const version = membersOf(document.info).version as string;
  const written = join(home, `openapi/windmill-${version}.json`);
  writeFileSync(written, await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }));
  // It brings a TypeScript of its own, so it is a process.
  const program = join(home, 'node_modules/openapi-typescript/bin/cli.js');
  const types = execFileSync(process.execPath, [program, written, '--empty-objects-unknown'], {
    encoding: 'utf8',
  });
  const head = `/**
 * Generated from the OpenAPI document of Windmill ${version} (Copyright Windmill Labs, Inc., Apache License 2.0) by
 * tools/generate-windmill-api.ts: operations in use, corrected, without prose. Do not edit.
 */
`;
  const text = await format(head + types, {
    parser: 'typescript',
    printWidth: 110,
    singleQuote: true,
    trailingComma: 'all',
  });
  writeFileSync(join(home, `src/api/generated/windmill-${version}.ts`), text);
}
