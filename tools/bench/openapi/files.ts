/** The workspace in which Windmill's Go client is generated. */

/** The document in Windmill's repository, and the file that it refers to. */
export const specPath = 'backend/windmill-api/openapi.yaml';
export const sharedPath = 'openflow.openapi.yaml';
export const overlayPath = 'client/overlay.yaml';
const clientPath = 'client/api/client.gen.go';

/** The parts that Windmill's own script removes from the document, for jq. */
export const deletions = 'del(.paths."/oauth/list_connects") | del(.components.schemas.Job.discriminator)';

const target = {
  executor: '@millwright/go:go-openapi-generate',
  cache: true,
  inputs: [
    `{workspaceRoot}/${specPath}`,
    `{workspaceRoot}/${sharedPath}`,
    `{workspaceRoot}/${overlayPath}`,
    '{projectRoot}/go.mod',
    '{projectRoot}/go.sum',
    { externalDependencies: [] },
  ],
  outputs: [`{workspaceRoot}/${clientPath}`],
  options: { spec: specPath, overlays: [overlayPath], output: 'api/client.gen.go', package: 'client' },
};

/** All files of the workspace except the document's, by path. */
export const openapiFiles: Readonly<Record<string, string>> = {
  'package.json': '{"name":"bench","private":true}',
  'nx.json': JSON.stringify({ analytics: false, cacheDirectory: '.nx/cache' }),
  '.gitignore': 'node_modules\n.nx\n',
  'client/project.json': JSON.stringify({ name: 'client', targets: { generate: target } }),
  'client/go.mod': 'module example.org/client\n\ngo 1.24.0\n',
  [overlayPath]: `overlay: 1.0.0
info: { title: What the client leaves out, version: "1" }
actions:
  - target: $.paths["/oauth/list_connects"]
    remove: true
  - target: $.components.schemas.Job.discriminator
    remove: true
`,
};
