import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { streamRegularFile } from '@millwright/toolkit/core';
import { ociError } from '../errors.js';
import { type Descriptor, type Document, digestOf, indexTypes, manifestTypes } from '../layout/descriptor.js';
import { documentLimit } from '../layout/oci-layout.js';
import { AnswerTooLarge, type HttpResponse, textOf } from './http.js';
import { readAnswer, readBlob, transfers, transferWait } from './reading.js';
import type { RegistrySession } from './session.js';

const accept = [...indexTypes, ...manifestTypes].join(', ');
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** How a blob came into a repository. */
export type Transfer = 'present' | 'mounted' | 'uploaded';

/** The manifests and blobs of a repository (OCI distribution specification 1.1). */
export class Repository {
  /** False once the registry has refused to list referrers. */
  #listsReferrers = true;

  constructor(readonly session: RegistrySession) {}

  /**
   * Returns what a tag or digest names now.
   * @returns undefined if the repository has no such manifest
   * @throws MillwrightError as {@link RegistrySession.request}, REGISTRY_CONTENT_WRONG
   */
  async resolve(reference: string): Promise<Descriptor | undefined> {
    const purpose = `cannot resolve ${this.#name(reference)}`;
    const response = await this.session.request({
      method: 'HEAD',
      path: `manifests/${reference}`,
      headers: { accept },
      purpose,
      expected: [200, 404],
    });
    response.body.resume();
    if (response.status === 404) return undefined;
    const digest = response.headers['docker-content-digest'];
    const size = Number(response.headers['content-length']);
    const mediaType = response.headers['content-type']?.split(';')[0];
    if (
      typeof digest !== 'string' ||
      !digestForm.test(digest) ||
      mediaType === undefined ||
      !Number.isSafeInteger(size)
    )
      return (await this.manifest(reference))?.descriptor;
    return { mediaType, digest, size };
  }

  /**
   * Reads a manifest or index.
   * @param reference a tag or digest; the content of a digest is checked
   * @returns undefined if the repository has none
   * @throws MillwrightError as {@link RegistrySession.request}, REGISTRY_CONTENT_WRONG
   */
  async manifest(reference: string): Promise<Document | undefined> {
    const request = {
      method: 'GET',
      path: `manifests/${reference}`,
      headers: { accept },
      purpose: `cannot read ${this.#name(reference)}`,
      expected: [200, 404],
    } as const;
    const found = await readAnswer(this.session, request, async (response) => {
      const text = await textOf(response, documentLimit);
      const mediaType = response.headers['content-type']?.split(';')[0] ?? '';
      return response.status === 404 ? undefined : { text, mediaType };
    }).catch((error: unknown) => {
      throw error instanceof AnswerTooLarge ? this.#wrong(reference, error.message) : error;
    });
    if (found === undefined) return undefined;
    const { text, mediaType } = found;
    const digest = digestOf(text);
    if (digestForm.test(reference) && reference !== digest) throw this.#wrong(reference, digest);
    return { text, descriptor: { mediaType, digest, size: Buffer.byteLength(text) } };
  }

  /** Writes a manifest under a tag, or its digest. */
  async putManifest(reference: string, { descriptor, text }: Document): Promise<HttpResponse['headers']> {
    const response = await this.session.request({
      method: 'PUT',
      path: `manifests/${reference}`,
      headers: { 'content-type': descriptor.mediaType },
      body: text,
      purpose: `cannot push ${this.#name(reference)}`,
      expected: [200, 201, 202],
    });
    response.body.resume();
    return response.headers;
  }

  /**
   * Returns the registry's own list of what refers to a manifest: the text of an index.
   * @returns undefined if the registry has no such list (distribution-spec 1.1, "Listing Referrers")
   */
  async referrers({ digest }: Descriptor): Promise<string | undefined> {
    if (!this.#listsReferrers) return undefined;
    const request = {
      method: 'GET',
      path: `referrers/${digest}`,
      purpose: `cannot read the referrers of ${this.#name(digest)}`,
      // Registries that do not know the path disagree on how to refuse it.
      expected: [200, 400, 404, 405],
    } as const;
    return readAnswer(this.session, request, async (response) => {
      const text = await textOf(response, documentLimit);
      this.#listsReferrers = response.status === 200;
      return this.#listsReferrers ? text : undefined;
    }).catch((error: unknown) => {
      throw error instanceof AnswerTooLarge ? this.#wrong(digest, error.message) : error;
    });
  }

  async hasBlob({ digest }: Descriptor): Promise<boolean> {
    const response = await this.session.request({
      method: 'HEAD',
      path: `blobs/${digest}`,
      purpose: `cannot look for ${this.#name(digest)}`,
      expected: [200, 404],
    });
    response.body.resume();
    return response.status === 200;
  }

  /**
   * Brings a blob into the repository, unless it is there: from another repository of the registry, otherwise as a single
   * upload, because registries disagree on chunks. An upload that fails starts over.
   * @param path returns the path of its file; called if it is uploaded
   * @param mountFrom a repository that may have it
   * @throws MillwrightError as {@link RegistrySession.request}
   */
  async pushBlob(
    blob: Descriptor,
    path: () => Promise<string>,
    mountFrom: string | undefined,
  ): Promise<Transfer> {
    const purpose = `cannot push ${this.#name(blob.digest)}`;
    if (await this.hasBlob(blob)) return 'present';
    const start = async (query: string) => {
      const path = `blobs/uploads/${query}`;
      const response = await this.session.request({ method: 'POST', path, purpose, expected: [201, 202] });
      response.body.resume();
      return response;
    };
    let mount = mountFrom && `?${new URLSearchParams({ mount: blob.digest, from: mountFrom }).toString()}`;
    for (let attempt = 1; ; attempt++) {
      const started = await start(mount ?? '').catch((error: unknown) => {
        // The user may push here, and not read the other repository.
        if (mount === undefined || !isRefusal(error)) throw error;
        mount = undefined;
        return start('');
      });
      if (started.status === 201) return 'mounted';
      const location = started.headers.location;
      if (location === undefined)
        throw ociError('REGISTRY_REFUSED', {
          what: purpose,
          why: "the registry's answer contains no upload URL (header `Location`)",
        });
      const file = await path();
      const target = this.session.resolve(location, this.session.url(''));
      target.searchParams.set('digest', blob.digest);
      try {
        const response = await this.session.request({
          method: 'PUT',
          path: target,
          headers: { 'content-type': 'application/octet-stream' },
          body: {
            size: blob.size,
            open: () =>
              Readable.from(streamRegularFile(file, 1 << 18), { objectMode: false, highWaterMark: 1 << 18 }),
          },
          purpose,
          expected: [201, 204],
          once: true,
        });
        response.body.resume();
        return 'uploaded';
      } catch (error) {
        // The registry may have committed the blob although its answer was lost.
        if (await this.hasBlob(blob)) return 'uploaded';
        if (attempt >= transfers || !isPassing(error)) throw error;
        this.session.options.note(`${purpose}; starting the upload again`);
        await this.session.options.sleep(transferWait(attempt));
      }
    }
  }

  /**
   * Writes a blob to a file, and checks its digest. A connection that breaks starts over.
   * @param path must not exist yet
   * @throws MillwrightError as {@link RegistrySession.request}, REGISTRY_CONTENT_WRONG
   */
  async pullBlob(blob: Descriptor, path: string): Promise<void> {
    await this.#read(blob, (chunks) => pipeline(chunks, createWriteStream(path)));
  }

  /**
   * Reads a blob completely to check its digest, without keeping it.
   * @throws MillwrightError as {@link RegistrySession.request}, REGISTRY_CONTENT_WRONG
   */
  async checkBlob(blob: Descriptor): Promise<void> {
    await this.#read(blob, async (chunks) => {
      for await (const chunk of chunks) if (chunk.length === 0) break;
    });
  }

  #read(blob: Descriptor, use: (chunks: AsyncIterable<Buffer>) => Promise<void>): Promise<void> {
    const { digest } = blob;
    return readBlob(this.session, blob, `cannot read ${this.#name(digest)}`, use, (found) =>
      this.#wrong(digest, found),
    );
  }

  #name(reference: string): string {
    const { registry, repository } = this.session.repository;
    return `${registry}/${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
  }

  #wrong(expected: string, found: string) {
    return ociError('REGISTRY_CONTENT_WRONG', {
      what: `the registry sent other content for ${this.#name(expected)}`,
      why: `the content has ${found.startsWith('sha256:') ? 'the digest ' : ''}${found}`,
    });
  }
}

function isRefusal(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return code === 'REGISTRY_LOGIN_REQUIRED' || code === 'REGISTRY_REFUSED';
}

/** A refusal such as of an upload that the registry lost may pass; a missing right does not. */
function isPassing(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return code === 'REGISTRY_UNREACHABLE' || code === 'REGISTRY_REFUSED';
}
