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
      if (route.method === method && fits(route.segments, parts)) {
        return { handler: route.handler, path: parameters(route.segments, parts) };
      }
    }
    return undefined;
  };
}

/** Most routes do not fit, so nothing is decoded or kept before one does. */
function fits(segments: readonly string[], parts: readonly string[]): boolean {
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    const part = parts[index];
    if (part === undefined || part === '') return false;
    if (segment.startsWith('*')) return true;
    if (!segment.startsWith(':') && segment !== part) return false;
  }
  return segments.length === parts.length;
}

/** The values of a route's parameters in a path that fits. */
function parameters(segments: readonly string[], parts: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const isRest = segment.startsWith('*');
    if (!isRest && !segment.startsWith(':')) continue;
    found[segment.slice(1)] = decodeURIComponent(
      isRest ? parts.slice(index).join('/') : (parts[index] ?? ''),
    );
  }
  return found;
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
