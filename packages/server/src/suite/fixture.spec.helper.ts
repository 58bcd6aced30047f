import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { archive, result } from '../cache/archive.spec.helper.js';
import { type ServerConfig, serverConfigSchema } from '../config/schema.js';
import { prepareDatabase } from '../database/embedded.spec.helper.js';
import type { TestDatabase } from '../database/postgres.spec.helper.js';
import { AnswerChecker } from '../http/answers.spec.helper.js';
import { type RunningServer, serve } from '../serve.js';
import type { TestBucket } from '../storage/s3.spec.helper.js';

/** What a mode needs besides a data folder. */
export interface Services {
  readonly database?: TestDatabase;
  readonly bucket?: TestBucket;
}

type Claims = Record<string, unknown>;

/** A server with all modules, and an issuer of OIDC tokens that it trusts. Compares each answer with the OpenAPI document. */
export class Fixture {
  server!: RunningServer;
  config!: ServerConfig;
  answers!: AnswerChecker;
  signToken!: (claims: Claims) => Promise<string>;
  /** The lines of the log. */
  readonly logged: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'millwright-server-'));
  #services: Services = {};
  #issuer!: Server;
  #hashes = 1000;

  async start(services: Services): Promise<void> {
    this.#services = services;
    const { database, bucket } = services;
    if (database === undefined) await prepareDatabase(this.#folder);
    const rule = {
      workspace: 'acme',
      provider: 'github',
      issuer: await this.#startIssuer(),
      repository: 'acme/shop',
      workflows: ['.github/workflows/ci.yml'],
    };
    this.config = serverConfigSchema.parse({
      data: this.#folder,
      port: 0,
      trust: [rule],
      databaseUrl: database?.url,
      s3: bucket && { endpoint: bucket.endpoint, bucket: bucket.bucket, prefix: 'nx/' },
    });
    const stream = { write: (line: string) => this.logged.push(line) };
    this.server = await serve(this.config, { level: 'info', stream });
    const document: unknown = await (await fetch(`${this.server.url}/openapi.json`)).json();
    this.answers = new AnswerChecker(document as ConstructorParameters<typeof AnswerChecker>[0]);
  }

  async stop(): Promise<void> {
    await this.server.close();
    this.#issuer.close();
    await Promise.all([this.#services.database?.stop(), this.#services.bucket?.stop()]);
    rmSync(this.#folder, { recursive: true });
  }

  /** Sends a request, and compares the answer with the OpenAPI document. */
  async call(path: string, token: string | undefined, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.server.url + path, {
      ...init,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    await this.answers.check(init.method ?? 'GET', path, response.clone());
    return response;
  }

  /** Sends a request of the administrator. */
  ask(path: string, method = 'GET', body?: object): Promise<Response> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return this.call(path, this.server.adminToken, init);
  }

  /** @param headers such as the label of the task */
  async put(
    hash: string,
    token: string,
    text: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = await archive([...result, { name: 'artifacts/app', content: text }]);
    return this.call(`/v1/cache/${hash}`, token, { method: 'PUT', body: new Uint8Array(body), headers });
  }

  async tokenOf(
    trustClass: string,
    {
      scopes = ['cache:read', 'cache:write'],
      workspace = 'acme',
    }: { scopes?: string[]; workspace?: string } = {},
  ): Promise<string> {
    const response = await this.ask('/v1/tokens', 'POST', {
      name: trustClass,
      workspace,
      trustClass,
      scopes,
    });
    return ((await response.json()) as { token: string }).token;
  }

  /** Exchanges the OIDC token of a CI job. */
  exchange(token: string, workspace = 'acme'): Promise<Response> {
    const body = JSON.stringify({ token, workspace });
    return this.call('/v1/identity/exchange', undefined, { method: 'POST', body });
  }

  /** Returns a hash that no other test uses. */
  newHash(): string {
    this.#hashes += 1;
    return String(this.#hashes);
  }

  async #startIssuer(): Promise<string> {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] };
    this.#issuer = createServer((request, response) => {
      const isDiscovery = request.url === '/.well-known/openid-configuration';
      response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${url}/keys` } : keys));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#issuer.once('listening', resolve));
    const url = `http://127.0.0.1:${(this.#issuer.address() as AddressInfo).port}`;
    this.signToken = (claims) =>
      new SignJWT({ aud: 'millwright', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(url)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey);
    return url;
  }
}
