import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImage } from '../building/build.js';
import { staticElf } from '../elf.spec.helper.js';
import { imageInLayout, imageTree } from '../layout/oci-layout.js';
import { projectImage } from '../options.js';
import type { Credential } from '../registry/credentials.js';
import { sender } from '../registry/http.js';
import { Repository } from '../registry/repository.js';
import { TestRegistry } from '../registry/server.spec.helper.js';
import { RegistrySession } from '../registry/session.js';
import { pushAttachments } from './attachments.js';
import { pushImage } from './push.js';
import { listReferrers } from './referrers.js';
import { verifyTag } from './verify.js';

let root: string;
let registry: TestRegistry;
let waits: number[];
let lines: string[];
let asked: number;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'push-'));
  for (const [name, machine] of [
    ['amd64', 62],
    ['arm64', 183],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'app'), staticElf(machine, 'x'.repeat(300_000)));
  }
  const settings = projectImage.parse({ name: 'app', user: 'app' });
  const platforms = new Map(
    settings.platforms.map((platform) => [
      platform,
      [{ path: join(platform.split('/')[1] ?? '', 'app'), platform, builtBy: undefined }],
    ]),
  );
  const baseFor = () => Promise.resolve(undefined);
  await buildImage({
    workspaceRoot: root,
    layout: join(root, 'image'),
    settings,
    platforms,
    baseFor,
    time: 0,
  });
  registry = await TestRegistry.start();
  [waits, lines, asked] = [[], [], 0];
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

function repository(credential?: Credential, alsoPull: readonly string[] = []): Repository {
  return new Repository(
    new RegistrySession(
      { registry: registry.host, repository: 'app' },
      'pull,push',
      {
        send: sender(undefined, {}),
        plainHttp: false,
        credential: () => {
          asked += 1;
          return Promise.resolve(credential);
        },
        sleep: (milliseconds) => {
          waits.push(milliseconds);
          return Promise.resolve();
        },
        note: () => undefined,
      },
      alsoPull,
    ),
  );
}

const image = () => imageTree(join(root, 'image'), imageInLayout(join(root, 'image')));
function push(credential?: Credential, mountFrom?: string): Promise<void> {
  return pushImage({
    layout: join(root, 'image'),
    image: image(),
    repository: repository(credential),
    tags: ['latest', '1.0'],
    baseBlob: () => Promise.reject(new Error('there is no base')),
    mountFrom,
    report: (line) => lines.push(line),
  });
}

/** Intercepts the first requests that match. */
function once(
  pattern: RegExp,
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  times = 1,
): void {
  let left = times;
  registry.intercept = (request, response) => {
    if (left === 0 || !pattern.test(`${request.method ?? ''} ${request.url ?? ''}`)) return false;
    left -= 1;
    answer(response, request);
    return true;
  };
}

describe('a push', () => {
  it('sends blobs, manifests and then tags, and nothing if all is there', async () => {
    await push();
    const kinds = registry.requests
      .filter((one) => one.startsWith('PUT'))
      .map((one) => /blobs|sha256|1\.0|latest/.exec(one.replace(/\?.*/, ''))?.[0]);
    expect(kinds).toEqual(['blobs', 'blobs', 'blobs', 'blobs', 'blobs', 'sha256', 'sha256', 'latest', '1.0']);
    registry.requests.length = 0;
    await push();
    expect(registry.requests).toHaveLength(2);
    expect(lines.at(-1)).toMatch(/^1\.0 .* up to date$/);
  });

  it('sends only what an earlier push did not', async () => {
    once(/^PUT .*manifests/, (response) => response.writeHead(400).end());
    await expect(push()).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
    expect(registry.manifests.size).toBe(0);
    registry.requests.length = 0;
    await push();
    expect(registry.requests.filter((one) => one.includes('uploads'))).toEqual([]);
    expect(registry.manifests.has('latest')).toBe(true);
  });

  it('waits as long as a busy registry asks it to', async () => {
    once(/^POST/, (response) => response.writeHead(429, { 'retry-after': '7' }).end());
    await push();
    expect(waits).toEqual([7_000]);
  });

  it('ends at once if a registry asks to wait for an hour', async () => {
    once(/^HEAD/, (response) => response.writeHead(429, { 'retry-after': '3600' }).end(), 9);
    await expect(push()).rejects.toMatchObject({ why: expect.stringContaining('3600 s') as string });
    expect(waits).toEqual([]);
  });

  it('starts an upload over if the connection closes in the middle', async () => {
    once(
      /^PUT .*uploads/,
      (response, request) => {
        request.once('data', () => response.destroy());
      },
      2,
    );
    await push();
    expect(registry.blobs.size).toBe(5);
    expect(registry.manifests.has('latest')).toBe(true);
  });

  it.each([401, 403, 404, 405])('uploads a blob if the registry answers %i to its mount', async (status) => {
    once(/^POST .*mount=/, (response) => response.writeHead(status).end(), 2);
    const file = join(root, 'amd64/app');
    const digest = `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    const blob = { mediaType: 'application/octet-stream', digest, size: statSync(file).size };
    expect(await repository().pushBlob(blob, () => Promise.resolve(file), 'private/base')).toBe('uploaded');
    expect(registry.blobs.has(digest)).toBe(true);
  });

  it('follows the redirect of a request without content', async () => {
    once(/^POST/, (response, request) =>
      response.writeHead(308, { location: `${request.url ?? ''}?again` }).end(),
    );
    await push();
    expect(registry.requests).toContain('POST /v2/app/blobs/uploads/?again');
  });

  it('gives up after some attempts, with what the registry said', async () => {
    once(
      /^PUT .*uploads/,
      (response) => {
        response
          .writeHead(500)
          .end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'the disk is full' }] }));
      },
      Infinity,
    );
    await expect(push()).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      why: expect.stringContaining('500 (UNKNOWN: the disk is full)') as string,
    });
    expect(registry.manifests.size).toBe(0);
  });
});

describe('a login', () => {
  let tokens: number;
  /** Requires the newest token, and gives one to the user. */
  const requireToken = (expires: number) => {
    let uses = 0;
    tokens = 0;
    registry.intercept = (request, response) => {
      if (request.url?.startsWith('/token') === true) {
        const isUser =
          request.headers.authorization === `Basic ${Buffer.from('user:secret').toString('base64')}`;
        expect(request.url).toContain(`scope=repository${encodeURIComponent(':app:pull,push')}`);
        uses = 0;
        if (isUser) response.writeHead(200).end(JSON.stringify({ token: `token-${++tokens}` }));
        else response.writeHead(401).end();
        return true;
      }
      uses += 1;
      if (request.headers.authorization === `Bearer token-${tokens}` && uses <= expires) return false;
      const challenge = `Bearer realm="http://${registry.host}/token",service="registry",scope="repository:app:pull"`;
      request.resume();
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
  };

  it('gets a token from the server that the registry names, and asks for the credential once', async () => {
    requireToken(Infinity);
    await push({ user: 'user', password: 'secret' });
    expect([tokens, asked]).toEqual([1, 1]);
    expect(registry.manifests.has('latest')).toBe(true);
  });

  it('gets another token if one expires in the middle', async () => {
    requireToken(6);
    await push({ user: 'user', password: 'secret' });
    expect(tokens).toBeGreaterThan(1);
    expect(registry.manifests.has('1.0')).toBe(true);
  });

  it('needs no right for the repository of the base', async () => {
    requireToken(Infinity);
    const { intercept } = registry;
    registry.intercept = (request, response) => {
      if (request.url?.includes(encodeURIComponent(':private:pull')) !== true)
        return intercept(request, response);
      response.writeHead(403).end();
      return true;
    };
    const own = repository({ user: 'user', password: 'secret' }, ['private']);
    expect(await own.resolve('latest')).toBeUndefined();
    expect(tokens).toBe(1);
  });

  it('asks once for the rights in a repository that has the base, too', async () => {
    requireToken(Infinity);
    const own = repository({ user: 'user', password: 'secret' }, ['app']);
    expect(await own.resolve('latest')).toBeUndefined();
    expect(registry.requests.find((one) => one.includes('/token'))?.match(/scope=/g)).toHaveLength(1);
  });

  it.each<[string, Credential | undefined]>([
    ['there is none', undefined],
    ['a wrong password', { user: 'user', password: 'wrong' }],
  ])('is required if %s', async (_, credential) => {
    requireToken(Infinity);
    await expect(push(credential)).rejects.toMatchObject({ code: 'REGISTRY_LOGIN_REQUIRED' });
  });
});

describe('a file beside a binary', () => {
  const binaries = (platform: string) => [join(root, platform.split('/')[1] ?? '', 'app')];
  const attach = (withFiles = true) =>
    pushAttachments({
      repository: repository(),
      image: image(),
      artifactsOf: binaries,
      signer: undefined,
      withFiles,
      report: (line) => lines.push(line),
      env: {},
    });

  it('is attached to the image of its platform, under a tag where the registry has no list, once', async () => {
    writeFileSync(join(root, 'arm64/app.cdx.json'), '{"bomFormat":"CycloneDX"}');
    await push();
    await attach();
    const subject = image().manifests[1]?.descriptor;
    const tag = subject?.digest.replace(':', '-') ?? '';
    const list = JSON.parse(registry.manifests.get(tag)?.text ?? '{}') as { manifests: { digest: string }[] };
    expect(list.manifests).toEqual([
      expect.objectContaining({
        artifactType: 'application/vnd.cyclonedx+json',
        annotations: { 'org.opencontainers.image.title': 'app.cdx.json' },
      }),
    ]);
    const referrer = JSON.parse(
      registry.manifests.get(list.manifests[0]?.digest ?? '')?.text ?? '{}',
    ) as object;
    expect(referrer).toMatchObject({
      subject: { digest: subject?.digest },
      config: { mediaType: 'application/vnd.oci.empty.v1+json' },
    });
    registry.requests.length = 0;
    await attach();
    expect(registry.requests).toHaveLength(2);
    expect((JSON.parse(registry.manifests.get(tag)?.text ?? '{}') as typeof list).manifests).toHaveLength(1);
    expect(lines.slice(-2)).toEqual([
      'app.cdx.json  linux/arm64  attached',
      'app.cdx.json  linux/arm64  already attached',
    ]);
  });

  it('is not attached with `attestations: "none"`', async () => {
    writeFileSync(join(root, 'arm64/app.cdx.json'), '{"bomFormat":"CycloneDX"}');
    await push();
    registry.requests.length = 0;
    await attach(false);
    expect(registry.requests).toEqual([]);
  });
});

it('what is attached is listed at once, because a registry may not allow a tag to move', async () => {
  writeFileSync(join(root, 'arm64/app.cdx.json'), '{"bomFormat":"CycloneDX"}');
  writeFileSync(join(root, 'arm64/app.provenance.json'), '{}');
  await push();
  const tags = new Set<string>();
  registry.intercept = ({ method, url = '' }, response) => {
    const tag = /manifests\/(sha256-.*)/.exec(url)?.[1];
    if (method !== 'PUT' || tag === undefined || !tags.has(tag)) {
      if (method === 'PUT' && tag !== undefined) tags.add(tag);
      return false;
    }
    response.writeHead(400).end();
    return true;
  };
  await pushAttachments({
    repository: repository(),
    image: image(),
    artifactsOf: (platform) => [join(root, platform.split('/')[1] ?? '', 'app')],
    signer: undefined,
    withFiles: true,
    report: () => undefined,
    env: {},
  });
  const subject = image().manifests[1]?.descriptor;
  if (subject === undefined) throw new Error('the image is empty');
  expect(await listReferrers(repository(), subject)).toHaveLength(2);
});

it('the list of what is attached is not the image itself, which GitLab sends for its tag', async () => {
  await push();
  const { descriptor } = image().manifests[0] ?? {};
  if (descriptor === undefined) throw new Error('the image is empty');
  const entry = registry.manifests.get(descriptor.digest);
  if (entry !== undefined) registry.manifests.set(descriptor.digest.replace(':', '-'), entry);
  expect(await listReferrers(repository(), descriptor)).toEqual([]);
});

describe('verification', () => {
  const verify = async () => {
    const problems: string[] = [];
    await verifyTag(repository(), 'latest', image().root, (what, problem) => {
      if (problem !== undefined) problems.push(`${what}: ${problem}`);
    });
    return problems;
  };

  it('passes what was pushed, and tells a missing blob and a moved tag', async () => {
    await push();
    expect(await verify()).toEqual([]);
    const [digest = ''] = registry.blobs.keys();
    registry.blobs.delete(digest);
    expect(await verify()).toEqual([`${digest}: the registry does not have it`]);
    const other = '{"schemaVersion":2,"manifests":[]}';
    registry.manifests.set('latest', { type: 'application/vnd.oci.image.index.v1+json', text: other });
    expect(await verify()).toEqual([
      expect.stringMatching(/^latest points to sha256:\w+: the image here is sha256:\w+$/),
    ]);
  });

  describe('of what is attached', () => {
    const list = () => image().manifests[0]?.descriptor.digest.replace(':', '-') ?? '';
    beforeEach(async () => {
      writeFileSync(join(root, 'amd64/app.cdx.json'), '{"bomFormat":"CycloneDX"}');
      await push();
      const binaries = (platform: string) => [join(root, platform.split('/')[1] ?? '', 'app')];
      await pushAttachments({
        repository: repository(),
        image: image(),
        artifactsOf: binaries,
        signer: undefined,
        withFiles: true,
        report: () => undefined,
        env: {},
      });
    });

    it('passes, and tells a missing one', async () => {
      expect(await verify()).toEqual([]);
      const { manifests } = JSON.parse(registry.manifests.get(list())?.text ?? '') as {
        manifests: [{ digest: string }];
      };
      registry.manifests.delete(manifests[0].digest);
      expect(await verify()).toEqual([`${manifests[0].digest}: the registry does not have it`]);
    });

    it('refuses other content', async () => {
      const [digest = '', blob] =
        [...registry.blobs].find(([, content]) => content.includes('CycloneDX')) ?? [];
      registry.blobs.set(digest, Buffer.alloc(blob?.length ?? 0));
      await expect(verify()).rejects.toMatchObject({ code: 'REGISTRY_CONTENT_WRONG' });
    });

    it('tells one that is about another image', async () => {
      const other = image().manifests[1]?.descriptor.digest.replace(':', '-') ?? '';
      registry.manifests.set(other, registry.manifests.get(list()) ?? { type: '', text: '' });
      expect(await verify()).toEqual([
        expect.stringMatching(/^sha256:\w+: it is listed for sha256:\w+, and is about another/),
      ]);
    });
  });

  it.each(['another blob', 'a longer blob', 'a shorter blob'])(
    'refuses %s under the same digest',
    async (kind) => {
      await push();
      const [digest = '', blob = Buffer.alloc(0)] = [...registry.blobs].at(-1) ?? [];
      const changed = {
        'another blob': Buffer.alloc(blob.length),
        'a longer blob': Buffer.concat([blob, blob]),
        'a shorter blob': blob.subarray(1),
      };
      registry.blobs.set(digest, changed[kind as keyof typeof changed]);
      await expect(verify()).rejects.toMatchObject({ code: 'REGISTRY_CONTENT_WRONG' });
    },
  );

  it.each([
    ['a manifest', /^GET .*manifests\/latest/],
    ['a blob', /^GET .*blobs/],
  ])('reads %s again if the connection closes in the middle', async (_, pattern) => {
    await push();
    once(
      pattern,
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{', () => response.destroy());
      },
      2,
    );
    expect(await verify()).toEqual([]);
    expect(waits).toEqual([1_000, 2_000]);
  });

  it('ends if the connection always closes', async () => {
    await push();
    once(
      /^GET/,
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{', () => response.destroy());
      },
      Infinity,
    );
    await expect(verify()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  it('refuses a manifest that does not end', async () => {
    await push();
    once(/^GET/, (response) => {
      const more = () => {
        while (response.write(Buffer.alloc(1 << 20))) if (response.destroyed) return;
        response.once('drain', more);
      };
      response.writeHead(200);
      more();
    });
    await expect(verify()).rejects.toMatchObject({
      code: 'REGISTRY_CONTENT_WRONG',
      why: 'the content has more than 4194304 bytes',
    });
  });

  it('refuses another manifest under the same digest', async () => {
    await push();
    const [child] = image().manifests;
    const digest = child?.descriptor.digest ?? '';
    registry.manifests.set(digest, { type: 'application/vnd.oci.image.manifest.v1+json', text: '{}' });
    await expect(verify()).rejects.toMatchObject({ code: 'REGISTRY_CONTENT_WRONG' });
  });
});
