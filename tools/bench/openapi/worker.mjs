/**
 * Runs the steps of go-openapi-generate before the build, in a separate process: `node worker.mjs
 * bundle|generate <workspace> <spec> <overlay> <version> <folder for results>`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Explanation } from '../../../packages/go/dist/openapi/generators/explain.js';
import { generators } from '../../../packages/go/dist/openapi/generators/index.js';
import { runGenerator } from '../../../packages/go/dist/openapi/generators/run.js';
import { goToolchain } from '../../../packages/go/dist/openapi/go/toolchain.js';
import { toJson } from '../../../packages/go/dist/openapi/document/json.js';
import { prepareDocument } from '../../../packages/go/dist/openapi/prepare.js';

const [mode, workspaceRoot, spec, overlay, version, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const [{ document, operations, origins }, go] = await Promise.all([
  prepareDocument({
    workspaceRoot,
    spec,
    overlays: [overlay],
    renames: 'refuse',
    collisions: true,
    generator: generators['oapi-codegen'],
  }),
  mode === 'generate' ? goToolchain(join(workspaceRoot, 'client')) : undefined,
]);
const bundled = join(folder, 'openapi.json');
writeFileSync(bundled, toJson(document));
if (go) {
  const run = { generator: generators['oapi-codegen'], version, cwd: folder, goVersion: go.version };
  await runGenerator(
    { ...run, explanation: new Explanation(document, operations, origins) },
    {
      document: bundled,
      folder,
      output: 'client.gen.go',
      package: 'client',
      config: {},
      configFile: join(folder, 'config.yaml'),
    },
  );
  // Upstream's generator formats the code itself.
  const { status } = spawnSync(go.gofmt, ['-w', join(folder, 'client.gen.go')], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
