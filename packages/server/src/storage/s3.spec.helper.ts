import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../testing.spec.helper.js';

/** Whether moto's server, from PyPI, is missing. */
export const isMotoMissing = spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status !== 0;

/** An S3 service with an empty bucket, which keeps everything in memory. */
export interface TestBucket {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly stop: () => Promise<void>;
}

export async function startBucket(): Promise<TestBucket> {
  process.env.AWS_ACCESS_KEY_ID = 'mill';
  process.env.AWS_SECRET_ACCESS_KEY = 'mill';
  const port = await freePort();
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    log.push(line);
    if (line.includes('Running on')) break;
  }
  if (server.exitCode !== null) throw new Error(log.join('\n'));
  server.stderr.resume();
  const endpoint = `http://127.0.0.1:${port}`;
  const [bucket, region] = ['cache', 'us-east-1'];
  const client = new S3Client({ endpoint, region, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const stop = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  };
  return { endpoint, bucket, region, stop };
}
