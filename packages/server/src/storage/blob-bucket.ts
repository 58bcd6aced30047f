import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { streamRegularFile } from '@millwright/toolkit/core';
import { serverError } from '../errors.js';
import type { BlobFolder } from './blob-folder.js';
import type { BlobStore, Received, StoredBlob } from './blob-store.js';

/** A bucket of an S3 service. */
export interface BucketOptions {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly prefix: string;
  readonly pathStyle?: boolean | undefined;
}

const chunkBytes = 256 * 1024;
const attempts = 3;
const connectMilliseconds = 5000;
const idleMilliseconds = 30_000;
const maximumConnections = 200;

/**
 * Blobs by SHA-256 in a bucket: `<prefix>blobs/<digest>`. Content is first received into a folder, where it is hashed and
 * inspected. One PUT then stores it, which S3 does completely or not at all. Whether an entry exists is decided by the
 * database alone: many S3 services ignore conditions.
 */
export class BlobBucket implements BlobStore {
  readonly #client: S3Client;

  constructor(
    readonly options: BucketOptions,
    readonly incoming: BlobFolder,
  ) {
    this.#client = new S3Client({
      region: options.region,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      // Services with an own endpoint often have no name for each bucket.
      forcePathStyle: options.pathStyle ?? options.endpoint !== undefined,
      // Several services reject the checksums that the client adds otherwise. The signature covers the SHA-256.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: attempts,
      requestHandler: {
        connectionTimeout: connectMilliseconds,
        requestTimeout: idleMilliseconds,
        socketTimeout: idleMilliseconds,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: maximumConnections },
        httpsAgent: { maxSockets: maximumConnections },
      },
    });
  }

  /** Tries each operation, so that a missing permission is found at the start, not by the first job. */
  async prepare(): Promise<void> {
    await this.incoming.prepare();
    const { bucket, prefix } = this.options;
    const Key = `${prefix}probe-${randomUUID()}`;
    let operation = 'ListObjectsV2';
    try {
      await this.#client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: Key, MaxKeys: 1 }));
      operation = 'PutObject';
      await this.#client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from('probe') }));
      operation = 'GetObject';
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      if ((await Body?.transformToString()) !== 'probe')
        throw new Error('the content differs from what was written');
      operation = 'DeleteObject';
      await this.#client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    } catch (error) {
      throw serverError('SERVER_STORAGE_UNUSABLE', {
        what: `the bucket ${bucket} cannot be used: ${operation} fails`,
        why: reasonOf(error),
        cause: error,
      });
    }
  }

  removeAbandoned(time: number): Promise<void> {
    return this.incoming.removeAbandoned(time);
  }

  async check(): Promise<void> {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.options.bucket }));
  }

  async receive(content: Readable, limit: number, signal?: AbortSignal): Promise<Received> {
    const { digest, size, path, discard } = await this.incoming.receive(content, limit, signal);
    const keep = () => this.#keep(path, digest, size);
    return { digest, size, path, discard, stage: keep, keep };
  }

  async read(digest: string): Promise<StoredBlob | undefined> {
    try {
      const first = await this.#open(digest, 0);
      return {
        size: first.size,
        content: Readable.from(this.#resumed(digest, first), { objectMode: false }),
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async remove(digest: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#object(digest)));
  }

  async *olderThan(time: number): AsyncGenerator<string> {
    const { bucket, prefix } = this.options;
    const start = `${prefix}blobs/`;
    for await (const { Contents } of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: bucket, Prefix: start },
    ))
      for (const { Key, LastModified } of Contents ?? []) {
        const name = Key?.slice(start.length) ?? '';
        if (/^[\da-f]{64}$/.test(name) && (LastModified?.getTime() ?? Infinity) < time) yield name;
      }
  }

  async #keep(path: string, digest: string, size: number): Promise<void> {
    if ((await this.#sizeOf(digest)) === size) return;
    for (let attempt = 1; ; attempt++)
      try {
        // The client cannot repeat a stream by itself.
        await this.#put(path, digest, size);
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
  }

  /** The header is part of the signature, so the service rejects content that was changed on the way. */
  async #put(path: string, digest: string, size: number): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#object(digest),
      Body: Readable.from(streamRegularFile(path, chunkBytes), { objectMode: false }),
      ContentLength: size,
      ContentType: 'application/octet-stream',
    });
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = digest;
        return next(args);
      },
      { step: 'build', name: 'digestOfContent' },
    );
    await this.#client.send(command);
  }

  async #sizeOf(digest: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#client.send(new HeadObjectCommand(this.#object(digest)));
      return ContentLength;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async #open(digest: string, from: number): Promise<StoredBlob> {
    const range = from === 0 ? {} : { Range: `bytes=${from}-` };
    const { Body, ContentLength, ContentRange } = await this.#client.send(
      new GetObjectCommand({ ...this.#object(digest), ...range }),
    );
    if (from > 0 && ContentRange?.startsWith(`bytes ${from}-`) !== true) {
      (Body as Readable).destroy();
      throw new Error('the service ignores the range of a read');
    }
    return { size: from + (ContentLength ?? 0), content: Body as Readable };
  }

  /** Nx fails on an answer that ends early. So a connection that breaks is replaced by another, from where it broke. */
  async *#resumed(digest: string, first: StoredBlob): AsyncGenerator<Buffer> {
    let sent = 0;
    let { content } = first;
    for (let attempt = 1; sent < first.size; attempt++)
      try {
        if (attempt > 1) ({ content } = await this.#open(digest, sent));
        for await (const chunk of content as AsyncIterable<Buffer>) {
          sent += chunk.length;
          yield chunk;
        }
        if (sent < first.size) throw new Error(`the content ends after ${sent} of ${first.size} bytes`);
      } catch (error) {
        if (attempt === attempts) throw error;
      }
  }

  #object(digest: string) {
    return { Bucket: this.options.bucket, Key: `${this.options.prefix}blobs/${digest}` };
  }
}

/** HEAD has no body, so its error has the status alone. */
function isAbsent(error: unknown): boolean {
  const { name, $metadata } = error as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return name === 'NoSuchKey' || (name === 'NotFound' && $metadata?.httpStatusCode === 404);
}

/** The client describes some errors by their name alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  return message === '' || message === name ? name : name === 'Error' ? message : `${name}: ${message}`;
}
