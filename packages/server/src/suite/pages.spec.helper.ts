import { describe, expect, it } from 'vitest';
import { openBlobs } from '../open.js';
import type { Fixture } from './fixture.spec.helper.js';

const refusedTitle = '<h1>Not allowed</h1>';

/** A browser without scripts: it keeps cookies, and fills in the forms of pages. */
export class Browser {
  #cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ) {}

  async get(path: string): Promise<Response> {
    return this.#send(path, {});
  }

  /** Sends a form, without what the page of the form contained. */
  async post(path: string, fields: Record<string, string> | URLSearchParams): Promise<Response> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Opens a page, fills in its form for a path, and sends it. */
  async submit(page: string, action: string, fields: Record<string, string> = {}): Promise<Response> {
    const html = await (await this.get(page)).text();
    const form = new RegExp(`<form[^>]*action="${action}"[^>]*>(.*?)</form>`, 's').exec(html)?.[1];
    if (form === undefined) throw new Error(`${page} has no form for ${action}: ${html}`);
    const values = new URLSearchParams();
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const name = attribute(input, 'name');
      const type = attribute(input, 'type');
      if (name === undefined || (type === 'checkbox' && !input.includes(' checked'))) continue;
      values.append(name, attribute(input, 'value') ?? '');
    }
    for (const [name, value] of Object.entries(fields)) values.set(name, value);
    return this.post(action, values);
  }

  async logIn(token: string): Promise<Response> {
    return this.submit('/login', '/login', { token });
  }

  get session(): string | undefined {
    return this.#cookies.get('millwright_session');
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, {
      ...init,
      redirect: 'manual',
      headers: { ...this.headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** What people see and do with the pages. */
export function describePages(fixture: Fixture): void {
  describe('the pages', () => {
    const visit = async (token: string | undefined): Promise<Browser> => {
      const browser = new Browser(fixture.server.url);
      if (token !== undefined) await browser.logIn(token);
      return browser;
    };
    const administrator = () => visit(fixture.server.adminToken);

    it('ask for a token first, then show the page that was asked for', async () => {
      const browser = await visit(undefined);
      const asked = await browser.get('/entries?search=7');
      expect([asked.status, asked.headers.get('location')]).toEqual([
        303,
        '/login?next=%2Fentries%3Fsearch%3D7',
      ]);
      const login = asked.headers.get('location') ?? '';
      expect((await browser.submit(login, '/login', { token: 'mwt_wrong' })).status).toBe(401);
      expect(browser.session).toBeUndefined();
      const token = fixture.server.adminToken ?? '';
      const done = await browser.submit(login, '/login', { token });
      expect([done.status, done.headers.get('location')]).toEqual([303, '/entries?search=7']);
      expect(done.headers.getSetCookie().join()).toMatch(/; HttpOnly; SameSite=Strict$/);
      expect(browser.session).not.toContain(token);
      expect((await browser.get('/entries?search=7')).status).toBe(200);
    });

    it('end a session when somebody logs out, and when the token is revoked', async () => {
      const browser = await visit(await fixture.tokenOf('dev:ada'));
      const stolen = browser.session ?? '';
      expect((await browser.submit('/', '/logout')).headers.get('location')).toBe('/login');
      const thief = new Browser(fixture.server.url, { cookie: `millwright_session=${stolen}` });
      expect((await thief.get('/')).status).toBe(303);
      const again = await visit(await fixture.tokenOf('dev:bob'));
      expect((await again.get('/')).status).toBe(200);
      const tokens = (await (await fixture.ask('/v1/tokens')).json()) as { id: string; name: string }[];
      await fixture.ask(`/v1/tokens/${tokens.find(({ name }) => name === 'dev:bob')?.id ?? ''}`, 'DELETE');
      expect((await again.get('/')).status).toBe(303);
    });

    it('and the API do not take the credentials of each other', async () => {
      const browser = await visit(fixture.server.adminToken);
      const secret = browser.session ?? '';
      expect((await fixture.call('/v1/tokens', secret)).status).toBe(401);
      const cookie = { cookie: `millwright_session=${secret}` };
      expect((await fetch(`${fixture.server.url}/v1/tokens`, { headers: cookie })).status).toBe(401);
      const bearer = new Browser(fixture.server.url, {
        authorization: `Bearer ${fixture.server.adminToken ?? ''}`,
      });
      expect((await bearer.get('/')).status).toBe(303);
    });

    const pages: readonly (readonly [string, string])[] = [
      ['GET', '/'],
      ['GET', '/entries'],
      ['GET', '/entries/1'],
      ['GET', '/revocations?workspace=acme&hash=1'],
      ['POST', '/revocations'],
      ['GET', '/tokens'],
      ['POST', '/tokens'],
      ['GET', '/tokens/created'],
      ['GET', '/tokens/1'],
      ['POST', '/tokens/1/revoke'],
      ['GET', '/storage'],
      ['POST', '/storage/checks'],
    ];
    const readers = ['GET /', 'GET /entries', 'GET /entries/1'];
    it.each<[string, string[], string, readonly string[]]>([
      ['that may read', ['cache:read'], 'trusted', readers],
      ['of a pull request', ['cache:read', 'cache:write'], 'pr:7', readers],
      ['that may only write', ['cache:write'], 'trusted', []],
      ['of an administrator', ['admin'], 'dev:root', pages.map(([method, path]) => `${method} ${path}`)],
    ])('allow a token %s what the API allows it', async (_, scopes, trustClass, allowed) => {
      const browser = await visit(await fixture.tokenOf(trustClass, { scopes }));
      const found: string[] = [];
      const key = await formKeyOf(browser);
      for (const [method, path] of pages) {
        const response =
          method === 'GET'
            ? await browser.get(path)
            : await browser.post(path, { 'form-key': key, workspace: 'acme', hash: 'none' });
        if (!(await response.text()).includes(refusedTitle)) found.push(`${method} ${path}`);
        else expect(response.status).toBe(403);
      }
      expect(found).toEqual(allowed);
    });

    it('show a token its own workspace alone', async () => {
      const hash = fixture.newHash();
      await fixture.put(hash, await fixture.tokenOf('trusted'), 'secret of acme');
      const other = await visit(await fixture.tokenOf('trusted', { workspace: 'other' }));
      for (const path of ['/', '/entries', `/entries/${hash}`]) {
        expect((await other.get(`${path}?workspace=acme`)).status, path).toBe(403);
        const own = await (await other.get(path)).text();
        expect(own, path).not.toContain('acme');
      }
      const of = await visit(await fixture.tokenOf('pr:1'));
      expect(await (await of.get('/entries')).text()).toContain(hash);
    });

    it('accept no form of another site or of another session', async () => {
      const browser = await administrator();
      const key = await formKeyOf(browser);
      const which = { workspace: 'acme', trustClass: 'pr:77', 'form-key': key };
      await fixture.put('77', await fixture.tokenOf('pr:77'), 'kept');
      const cookie = `millwright_session=${browser.session ?? ''}`;
      for (const [headers, fields] of [
        [{ 'sec-fetch-site': 'cross-site' }, which],
        [{ 'sec-fetch-site': 'same-site' }, which],
        [{ origin: 'https://evil.example' }, which],
        [{ origin: 'null' }, which],
        [{ 'sec-fetch-site': 'same-origin' }, { ...which, 'form-key': '' }],
        [
          { 'sec-fetch-site': 'same-origin' },
          { ...which, 'form-key': await formKeyOf(await administrator()) },
        ],
      ] as const) {
        const evil = new Browser(fixture.server.url, { ...headers, cookie });
        expect((await evil.post('/revocations', fields)).status).toBe(403);
      }
      expect(
        (await new Browser(fixture.server.url, { origin: 'https://evil.example' }).post('/login', {})).status,
      ).toBe(403);
      expect((await fixture.call('/v1/cache/77', await fixture.tokenOf('pr:77'))).status).toBe(200);
      expect((await browser.post('/revocations', which)).headers.get('location')).toContain('done=revoked');
      expect((await fixture.call('/v1/cache/77', await fixture.tokenOf('pr:77'))).status).toBe(404);
    });

    it('show who wrote an entry and who gets it, and revoke it after showing what that does', async () => {
      const hash = fixture.newHash();
      const writer = await fixture.tokenOf('pr:5');
      await fixture.put(hash, writer, 'x', {
        'millwright-project': 'web%2Fshop',
        'millwright-target': 'build',
      });
      await fixture.put(hash, await fixture.tokenOf('trusted'), 'y');
      const browser = await administrator();
      const why = await (await browser.get(`/entries/${hash}?workspace=acme`)).text();
      expect(why).toContain('jobs of pr:5 only');
      expect(why).toContain('every job of acme but those of pr:5, which have entries of their own');
      expect(why).toContain('web/shop:build');
      const path = `/revocations?workspace=acme&hash=${hash}&trustClass=pr%3A5`;
      expect(why).toContain(path.replaceAll('&', '&amp;'));
      expect((await fixture.call(`/v1/cache/${hash}`, writer)).headers.get('millwright-trust-class')).toBe(
        'pr:5',
      );
      const done = await browser.submit(path, '/revocations');
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        '/entries?workspace=acme&done=revoked',
      ]);
      expect((await fixture.call(`/v1/cache/${hash}`, writer)).headers.get('millwright-trust-class')).toBe(
        'trusted',
      );
      expect(await (await browser.get(`/entries/${hash}?workspace=acme`)).text()).toContain(
        'nobody: it is revoked',
      );
    });

    it('create a token that is shown once, and revoke it', async () => {
      const browser = await administrator();
      const fields = { name: 'Ada <ada@example.org>', workspace: 'acme', trustClass: 'dev:ada', days: '7' };
      const wrong = await browser.submit('/tokens', '/tokens', { ...fields, trustClass: 'root' });
      expect(wrong.status).toBe(400);
      const again = await wrong.text();
      expect(again).toContain('trustClass is &quot;root&quot;');
      expect(again).toContain('value="Ada &lt;ada@example.org>"');
      const created = await browser.submit('/tokens', '/tokens', fields);
      expect([created.status, created.headers.get('location')]).toEqual([303, '/tokens/created']);
      const token = /mwt_[\w-]{43}/.exec(await (await browser.get('/tokens/created')).text())?.[0] ?? '';
      expect(await (await browser.get('/tokens/created')).text()).not.toContain('mwt_');
      const identity: unknown = await (await fixture.call('/v1/identity', token)).json();
      expect(identity).toMatchObject({
        workspace: 'acme',
        trustClass: 'dev:ada',
        scopes: ['cache:read', 'cache:write'],
      });
      const list = await (await browser.get('/tokens?workspace=acme&search=dev%3Aada')).text();
      const path = /href="(\/tokens\/[\da-f-]{36})">Ada &lt;/.exec(list)?.[1] ?? '';
      const done = await browser.submit(path, `${path}/revoke`);
      expect([done.status, done.headers.get('location')]).toEqual([303, '/tokens?done=revoked']);
      expect((await fixture.call('/v1/identity', token)).status).toBe(401);
      expect(await (await browser.get(path)).text()).toMatch(/<strong class="tag">revoked/);
    });

    it('check what is stored, show damage, and repair it', async () => {
      const browser = await administrator();
      const token = await fixture.tokenOf('trusted', { workspace: 'damaged' });
      const hash = fixture.newHash();
      await fixture.put(hash, token, 'lost');
      const digest = (await fixture.call(`/v1/cache/${hash}`, token)).headers.get('millwright-digest') ?? '';
      await (await openBlobs(fixture.config)).remove(digest);
      const row = `<code>${digest}</code></th><td>missing`;
      const storage = async () => (await browser.get('/storage')).text();
      // One check runs at a time.
      const hasEnded = () => expect.poll(storage).toContain('action="/storage/checks"');
      await hasEnded();
      const started = await browser.submit('/storage', '/storage/checks', { repair: 'yes' });
      expect(started.headers.get('location')).toBe('/storage?done=started');
      await expect.poll(storage).toContain(row);
      await hasEnded();
      await browser.submit('/storage', '/storage/checks');
      await expect.poll(storage).toContain('Last check: ');
      expect(await storage()).not.toContain(row);
    });

    it.each([
      '/?workspace=%00',
      '/entries?search=a%00',
      '/entries/a%00',
      '/tokens/%00',
      '/entries?after=1.AA.AA.AA',
    ])('answer %s without a failure', async (path) => {
      const { status } = await (await administrator()).get(path);
      expect(status).toBeLessThan(500);
    });

    it('count hits, misses and writes by project, with what is stored', async () => {
      const workspace = 'counted';
      const token = await fixture.tokenOf('trusted', { workspace });
      const label = { 'millwright-project': 'api', 'millwright-target': 'build' };
      const hash = fixture.newHash();
      await fixture.call(`/v1/cache/${hash}`, token, { headers: label });
      await fixture.put(hash, token, 'z', label);
      for (let read = 0; read < 3; read += 1) await fixture.call(`/v1/cache/${hash}`, token);
      const browser = await visit(token);
      const html = await (await browser.get('/?by=project&range=day')).text();
      expect(html).toMatch(
        /<th scope="row">api<\/th><td class="number">75 %<\/td><td class="number">3<\/td><td class="number">1</,
      );
      expect(html).toContain('Hit rate by project');
    });

    it('never contain the names of others as markup', async () => {
      const evil = '<img src=x onerror=alert(1)>"\'&';
      const trustClass = 'dev:<script>alert(1)</script>';
      const token = await fixture.tokenOf(trustClass);
      await fixture.put(fixture.newHash(), token, 'x', { 'millwright-project': encodeURIComponent(evil) });
      const browser = await visit(token);
      for (const path of [
        '/?by=project',
        '/entries',
        `/entries?search=${encodeURIComponent(evil)}`,
        `/entries/${encodeURIComponent('<script>')}`,
      ]) {
        const html = await (await browser.get(path)).text();
        expect(html, path).not.toMatch(/<(img|script)/);
        expect(html, path).toContain('&lt;');
      }
    });

    it('forbid scripts, frames, and content of other sites', async () => {
      const { headers } = await (await visit(undefined)).get('/login');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
      expect(headers.get('cache-control')).toBe('no-store');
    });

    it('list all entries, a part at a time', async () => {
      const workspace = 'many';
      const token = await fixture.tokenOf('dev:many', { workspace });
      const hashes = Array.from({ length: 52 }, () => fixture.newHash());
      for (const hash of hashes) await fixture.put(hash, token, 'x');
      const browser = await visit(token);
      const found: string[] = [];
      let path: string | undefined = '/entries';
      while (path !== undefined) {
        const html = await (await browser.get(path)).text();
        found.push(...[...html.matchAll(/<code>(\d+)<\/code>/g)].map(([, hash = '']) => hash));
        path = /href="([^"]*)">Older/.exec(html)?.[1]?.replaceAll('&amp;', '&');
      }
      expect(found).toEqual(hashes.toReversed());
    });
  });

  async function formKeyOf(browser: Browser): Promise<string> {
    return /name="form-key" value="([^"]+)"/.exec(await (await browser.get('/')).text())?.[1] ?? '';
  }
}
