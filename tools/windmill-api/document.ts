/** The part of a document that the engine uses: selected operations, the schemas that they reach, no prose. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Members = Record<string, Json>;

/** The operations that the client calls, as `method path` of the documents. */
export const operations = [
  'get /version get /health/status post /auth/login get /users/whoami post /users/tokens/create',
  'get /users/tokens/list delete /users/tokens/delete/{token_prefix} post /users/create',
  'get /w/{workspace}/users/list get /w/{workspace}/users/whoami',
  'get /workspaces/list post /workspaces/create post /workspaces/exists',
  'get /workers/list get /workers/exists_workers_with_tags',
  'post /w/{workspace}/folders/create get /w/{workspace}/folders/exists/{name}',
  'get /w/{workspace}/folders/listnames delete /w/{workspace}/folders/delete/{name}',
  'post /w/{workspace}/variables/create get /w/{workspace}/variables/get_value/{path}',
  'get /w/{workspace}/variables/list get /w/{workspace}/variables/get/{path} get /w/{workspace}/variables/exists/{path}',
  'post /w/{workspace}/variables/update/{path} delete /w/{workspace}/variables/delete/{path}',
  'post /w/{workspace}/scripts/create get /w/{workspace}/scripts/list',
  'get /w/{workspace}/scripts/get/p/{path} get /w/{workspace}/scripts/get/h/{hash}',
  'get /w/{workspace}/scripts/exists/p/{path} get /w/{workspace}/scripts/history/p/{path}',
  'get /w/{workspace}/scripts/get_latest_version/{path} get /w/{workspace}/scripts/deployment_status/h/{hash}',
  'post /w/{workspace}/scripts/archive/p/{path} post /w/{workspace}/scripts/delete/p/{path}',
  'post /w/{workspace}/flows/create post /w/{workspace}/flows/update/{path} get /w/{workspace}/flows/get/{path}',
  'get /w/{workspace}/flows/list get /w/{workspace}/flows/exists/{path}',
  'post /w/{workspace}/flows/archive/{path} delete /w/{workspace}/flows/delete/{path}',
  'post /w/{workspace}/jobs/run/p/{path} post /w/{workspace}/jobs/run/h/{hash} post /w/{workspace}/jobs/run/f/{path}',
  'post /w/{workspace}/jobs/run/preview post /w/{workspace}/jobs/run/preview_flow',
  'get /w/{workspace}/jobs/list get /w/{workspace}/jobs/queue/count post /w/{workspace}/jobs/flow/resume/{id}',
  'post /w/{workspace}/jobs/restart/f/{id}/from/{step_id}/{branch_or_iteration_n}',
  // In place of the former in 1.713.1.
  'post /w/{workspace}/jobs/restart/f/{id}',
  'get /w/{workspace}/jobs_u/get/{id} get /w/{workspace}/jobs_u/get_logs/{id} get /w/{workspace}/jobs_u/getupdate/{id}',
  'get /w/{workspace}/jobs_u/getupdate_sse/{id} get /w/{workspace}/jobs_u/completed/get_result/{id}',
  'get /w/{workspace}/jobs_u/completed/get_result_maybe/{id}',
  'post /w/{workspace}/jobs_u/queue/cancel/{id} post /w/{workspace}/jobs_u/queue/force_cancel/{id}',
].flatMap((line) => line.match(/\w+ \/\S+/g) ?? []);

const prose = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'x-ee-feature',
]);

/**
 * Bundles a document with its OpenFlow file, reduced to the operations above.
 * @returns the document with `#/components/...` references alone
 */
export function reduceDocument(api: Members, openFlow: Members): Members {
  const flow = membersOf(membersOf(openFlow.components).schemas);
  const components = structuredClone(membersOf(api.components));
  const schemas = { ...flow, ...membersOf(components.schemas) };
  // OpenFlow and the API both define OpenFlow's schemas under the same names: OpenFlow's own win.
  Object.assign(schemas, flow);
  components.schemas = schemas;
  const paths = membersOf(api.paths);
  const kept: Members = {};
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ');
    const item = paths[path] === undefined ? undefined : membersOf(paths[path]);
    if (item?.[method] === undefined) continue;
    const own = (kept[path] ??= item.parameters === undefined ? {} : { parameters: item.parameters });
    membersOf(own)[method] = item[method];
  }
  const document = local({ paths: kept, components }) as Members;
  const reached = new Set<string>();
  reach(document.paths ?? null, document, reached);
  const used: Members = {};
  for (const reference of [...reached].sort()) {
    const [, , section = '', name = ''] = reference.split('/');
    const parts = membersOf((used[section] ??= {}));
    parts[name] = membersOf(membersOf(document.components)[section])[name] ?? null;
  }
  const info = membersOf(api.info);
  return withoutProse({
    openapi: api.openapi ?? '3.0.3',
    info: { title: info.title ?? '', version: info.version ?? '', license: info.license ?? null },
    servers: [{ url: '/api' }],
    paths: document.paths ?? {},
    components: used,
  }) as Members;
}

export function membersOf(value: Json | undefined): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error('the document has no object where one is expected');
}

/** References to the OpenFlow file become references within the document. */
function local(value: Json): Json {
  if (Array.isArray(value)) return value.map(local);
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? member.replace(/^[^#]*#/, '#') : local(member),
    ]),
  );
}

function reach(value: Json, document: Members, reached: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) reach(item, document, reached);
  } else if (typeof value === 'object' && value !== null) {
    const { $ref: reference } = value;
    if (typeof reference === 'string' && !reached.has(reference)) {
      reached.add(reference);
      const target = reference
        .split('/')
        .slice(1)
        .reduce<Json>((at, key) => membersOf(at)[key] ?? null, document);
      if (target === null) throw new Error(`${reference} leads nowhere`);
      reach(target, document, reached);
    }
    for (const member of Object.values(value)) reach(member, document, reached);
  }
}

/** Upstream's sentences are not needed for types; fields of schemas that are called `description` stay. */
function withoutProse(value: Json, inProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (typeof value !== 'object' || value === null) return value;
  const isResponse = 'description' in value && ('content' in value || Object.keys(value).length === 1);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => inProperties || !prose.has(key) || (key === 'description' && isResponse))
      .map(([key, member]) => [
        key,
        key === 'description' && typeof member === 'string' ? '' : withoutProse(member, key === 'properties'),
      ]),
  );
}
