/**
 * Prints the projects that Nx and our plugins infer for a repository: `node inspect.mjs <repository>`, as
 * JSON of the type Graph. Runs in a separate process, so that its PATH can exclude toolchains.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
process.chdir(folder);
const require = createRequire(join(folder, 'package.json'));
const { createProjectGraphAsync } = require('@nx/devkit');
const { HashPlanInspector } = require('nx/src/hasher/hash-plan-inspector');

const graph = await createProjectGraphAsync({ exitOnError: false });
const inspector = new HashPlanInspector(graph, folder);
await inspector.init();

const projects = Object.values(graph.nodes).map(({ name, data }) => ({
  name,
  root: data.root,
  targets: Object.fromEntries(
    Object.keys(data.targets ?? {}).map((target) => [target, inputsOf(name, target)]),
  ),
  dependencies: (graph.dependencies[name] ?? []).map(
    ({ target }) => graph.nodes[target]?.data.root ?? target,
  ),
}));
process.stdout.write(JSON.stringify(projects), () => process.exit(0));

/** Returns the inputs of a task in its default configuration, without the tasks that it depends on. */
function inputsOf(project, target) {
  const [inputs] = Object.values(inspector.inspectTaskInputs({ project, target }, {}, {}, true));
  return { files: inputs?.files ?? [], variables: inputs?.environment ?? [] };
}
