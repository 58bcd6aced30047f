import { MillwrightError } from '@millwright/toolkit/core';
import { ociError } from '../errors.js';
import { isLoopback, type Reference } from '../layout/reference.js';
import { parseChallenges } from './challenge.js';
import type { Credential } from './credentials.js';
import { type Failure, failureOf, reasonOf } from './failures.js';
import type { HttpRequest, HttpResponse, Send } from './http.js';
import { waitBefore } from './retry.js';
import { basicAuthorization, fetchToken } from './token.js';

export interface SessionOptions {
  readonly send: Send;
  /** Allows plain HTTP for registries of other machines. */
  readonly plainHttp: boolean;
  /** Called when the registry asks for a credential. */
  readonly credential: (registry: string, repository: string) => Promise<Credential | undefined>;
  /** Waits; tests do not. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Reports that something is tried again. */
  readonly note: (text: string) => void;
}

/** A request to a registry. */
export interface RegistryRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  /** Below `/v2/<repository>/`, or a URL that the registry gave. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** What failed, if it fails: `cannot push sha256:…`. */
  readonly purpose: string;
  /** The statuses that the caller handles; others are failures. */
  readonly expected: readonly number[];
  /** Send it once only, because the caller starts over from an earlier request. */
  readonly once?: boolean;
}

const redirects: readonly number[] = [301, 302, 303, 307, 308];
const maxRedirects = 5;

/** A repository in a registry: authenticates, tries again, explains failures. */
export class RegistrySession {
  /** The value of Authorization. */
  #authorization: string | undefined;
  #credential: Promise<Credential | undefined> | undefined;
  /** The login that is running. Simultaneous requests share it. */
  #login: Promise<void> | undefined;

  /** Repositories that the token is asked for, too. Emptied if a registry gives none for all of them. */
  #alsoPull: readonly string[];

  /** @param alsoPull other repositories of the registry, whose blobs are mounted */
  constructor(
    readonly repository: Pick<Reference, 'registry' | 'repository'>,
    readonly actions: 'pull' | 'pull,push',
    readonly options: SessionOptions,
    alsoPull: readonly string[] = [],
  ) {
    // GitLab's token has only the rights that were asked for last.
    this.#alsoPull = alsoPull.filter((other) => other !== repository.repository);
  }

  /** Returns the URL of a path below the repository. */
  url(path: string): URL {
    const { registry, repository } = this.repository;
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const scheme = this.options.plainHttp || isLoopback(registry) ? 'http' : 'https';
    return new URL(`${scheme}://${host}/v2/${repository}/${path}`);
  }

  /**
   * Sends a request, and again after a failure that may pass.
   * @throws MillwrightError REGISTRY_UNREACHABLE, REGISTRY_LOGIN_REQUIRED, REGISTRY_REFUSED
   */
  async request(request: RegistryRequest): Promise<HttpResponse> {
    const { path, purpose, expected, once = false } = request;
    const url = typeof path === 'string' ? this.url(path) : path;
    let hasLoggedIn = false;
    for (let attempt = 1; ; attempt++) {
      const used = this.#authorization;
      const outcome = await this.#send(request, url).catch((error: unknown): Failure => {
        if (error instanceof MillwrightError) throw error;
        return { error };
      });
      const response = 'error' in outcome ? undefined : outcome;
      if (response !== undefined && expected.includes(response.status)) return response;
      if (response?.status === 401 && (!hasLoggedIn || this.#alsoPull.length > 0)) {
        // A token can expire in the middle of a push. One for several repositories may lack rights.
        if (hasLoggedIn) this.#alsoPull = [];
        hasLoggedIn = true;
        response.body.resume();
        await this.#logIn(used, response.headers['www-authenticate'] ?? '', purpose);
        attempt -= 1;
        continue;
      }
      const refusal = { status: response?.status, retryAfter: response?.headers['retry-after'] };
      const wait = once ? undefined : waitBefore(refusal, attempt, Math.random(), Date.now());
      if (wait === undefined) throw await failureOf(this.repository.registry, purpose, url, outcome);
      this.options.note(`${purpose}: ${reasonOf(outcome)}; trying again in ${(wait / 1000).toFixed(1)} s`);
      response?.body.resume();
      await this.options.sleep(wait);
    }
  }

  /** Follows redirects, as of blobs to a storage, which must not see the registry's token. */
  async #send({ method, headers: own, body }: RegistryRequest, url: URL): Promise<HttpResponse> {
    let target = url;
    for (let hops = 0; ; hops++) {
      const isOwn = target.origin === this.url('').origin;
      const authorization = isOwn ? this.#authorization : undefined;
      const headers = { ...own, ...(authorization === undefined ? {} : { authorization }) };
      const response = await this.options.send({ method, url: target, headers, body });
      const { location } = response.headers;
      const isFollowed =
        method === 'GET' || method === 'HEAD'
          ? redirects.includes(response.status)
          : body === undefined && response.status > 303 && redirects.includes(response.status);
      if (!isFollowed || location === undefined || hops >= maxRedirects) return response;
      response.body.resume();
      target = this.resolve(location, target);
    }
  }

  /**
   * Returns a URL that the registry gave.
   * @throws MillwrightError REGISTRY_REFUSED if it leads from HTTPS to plain HTTP
   */
  resolve(location: string, from: URL): URL {
    const found = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    const isSafe = found?.protocol === 'https:' || (found?.protocol === 'http:' && from.protocol === 'http:');
    if (found !== undefined && isSafe) return found;
    throw ociError('REGISTRY_REFUSED', {
      what: `refusing to follow an address that ${this.repository.registry} sent`,
      why: `${from.protocol}//${from.host} sent the address ${location.slice(0, 200)}`,
      remedy:
        'report the address to the operator of the registry; an HTTPS registry must send HTTPS addresses',
    });
  }

  #logIn(used: string | undefined, header: string, purpose: string): Promise<void> {
    // Another request has logged in since this one was sent.
    if (this.#authorization !== used && this.#authorization !== undefined) return Promise.resolve();
    this.#login ??= this.#authorize(header, purpose).finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  async #authorize(header: string, purpose: string): Promise<void> {
    const { registry, repository } = this.repository;
    const challenges = parseChallenges(header);
    this.#credential ??= this.options.credential(registry, repository);
    const credential = await this.#credential;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      const realm = this.resolve(bearer.parameters.get('realm') ?? '', this.url(''));
      const { send, sleep } = this.options;
      const tokenFor = (others: readonly string[]) => {
        const scopes = [
          `repository:${repository}:${this.actions}`,
          ...others.map((other) => `repository:${other}:pull`),
        ];
        return fetchToken({ realm, challenge: bearer, scopes, credential }, send, sleep);
      };
      const token = await tokenFor(this.#alsoPull).catch((error: unknown) => {
        if (this.#alsoPull.length === 0) throw error;
        this.#alsoPull = [];
        return tokenFor([]);
      });
      this.#authorization = `Bearer ${token}`;
      return;
    }
    const takesBasic = challenges.some(({ scheme }) => scheme === 'basic');
    if (!takesBasic || credential === undefined || !('user' in credential))
      throw ociError('REGISTRY_LOGIN_REQUIRED', {
        what: purpose,
        why: `${registry} requires a login, and there are no credentials for it`,
      });
    this.#authorization = basicAuthorization(credential);
  }
}
