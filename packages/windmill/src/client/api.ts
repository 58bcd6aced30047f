import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../api/generated/windmill-1.533.1.js';
import type { paths as newerPaths } from '../api/generated/windmill-1.713.1.js';
import type { Fetch } from './transport.js';

/** The routes of 1.533.1, and those that a newer server has in place of some of them. */
type Routes = paths & Pick<newerPaths, '/w/{workspace}/jobs/restart/f/{id}'>;

export type Api = Client<Routes>;
export type Schemas = components['schemas'];

/** A client whose calls have the types of Windmill's corrected document. */
export function createApi(baseUrl: string, fetch: Fetch): Api {
  return createClient<Routes>({
    baseUrl: `${baseUrl.replace(/\/+$/, '')}/api`,
    fetch,
    // Windmill's paths have slashes, which its routes expect as they are.
    pathSerializer: (path, values) =>
      Object.entries(values).reduce(
        (text, [name, value]) =>
          text.replace(`{${name}}`, String(value).split('/').map(encodeURIComponent).join('/')),
        path,
      ),
  });
}
