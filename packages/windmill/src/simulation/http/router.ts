import type { Json } from '../../client/json.js';

/** A request, parsed. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** Values of `:name` and `*name` in the route's pattern. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as text. */
  readonly body: string;
}

export type Handler = (call: Call) => Response | Promise<Response>;

/** `POST /w/:workspace/scripts/create`; a segment `*path` takes the rest. */
export type Routes = Readonly<Record<string, Handler>>;

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/** Returns a function that finds the route of a request below `/api`. */
export function createRouter(
  routes: Routes,
): (
  method: string,
  path: string,
) => { readonly handler: Handler; readonly path: Record<string, string> } | undefined {
  const list = Object.entries(routes).map(([pattern, handler]): Route => {
    const [method = '', path = ''] = pattern.split(' ');
    return { method, segments: path.split('/').slice(1), handler };
  });
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const route of list) {
      const found = route.method === method ? match(route.segments, parts) : undefined;
      if (found !== undefined) return { handler: route.handler, path: found };
    }
    return undefined;
  };
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || part === '') return undefined;
    if (segment.startsWith('*')) {
      found[segment.slice(1)] = decodeURIComponent(parts.slice(index).join('/'));
      return found;
    }
    if (segment.startsWith(':')) found[segment.slice(1)] = decodeURIComponent(part);
    else if (segment !== part) return undefined;
  }
  return segments.length === parts.length ? found : undefined;
}

/** The charset tells an answer of a handler from that of an error, as on the server. */
export function text(body: string, status = 200): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

export function json(body: Json, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

export function empty(status: number): Response {
  return new Response(null, { status });
}

/** An error of a handler: text whose beginning names the kind. */
export function problem(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain' } });
}

export function notFound(kind: string, name: string): Response {
  return problem(404, `Not found: ${kind} not found at name ${name}`);
}
