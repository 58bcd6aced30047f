import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GoObjects } from './objects.js';
import type { RemoteObjects } from './remote.js';
import { serveGo } from './serve-go.js';
import { goFolder, goWords } from './variables.js';

let folder: string;
let stored: Map<string, string>;
let remote: RemoteObjects;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-go-cache-'));
  stored = new Map();
  remote = {
    get: (action) => {
      const text = stored.get(action);
      return Promise.resolve(text === undefined ? undefined : bytes(text));
    },
    put: async (action, { path }) => {
      await Promise.resolve();
      stored.set(action, readFileSync(path, 'utf8'));
    },
  };
  await new GoObjects(folder).prepare();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function* bytes(text: string, size = text.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size)
    yield await Promise.resolve(Buffer.from(text.slice(at, at + size)));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const action = (name: string) => sha256(name).toString('base64');
const put = (ID: number, name: string, text: string) =>
  `${JSON.stringify({ ID, Command: 'put', ActionID: action(name), OutputID: sha256(text).toString('base64'), BodySize: text.length })}\n\n${text === '' ? '' : `"${Buffer.from(text).toString('base64')}"\n`}`;
const get = (ID: number, name: string) =>
  `${JSON.stringify({ ID, Command: 'get', ActionID: action(name) })}\n\n`;
const close = '{"ID":99,"Command":"close"}\n';

interface Answer {
  readonly ID: number;
  readonly [field: string]: unknown;
}

/** Returns the answers to what Go sends, in parts of a size. */
async function talk(text: string, size = text.length): Promise<Answer[]> {
  const output = new PassThrough();
  await serveGo({ input: bytes(text, size), output, objects: new GoObjects(folder), remote });
  output.end();
  const answers: Answer[] = [];
  for await (const chunk of output)
    answers.push(
      ...String(chunk)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer),
    );
  return answers;
}
const contentOf = (answer: Answer | undefined) => readFileSync(String(answer?.DiskPath), 'utf8');

describe('the cache program of Go', () => {
  it.each([1, 2, 3, 7, 1000])('stores what Go sends in parts of %i bytes, and returns it', async (size) => {
    const text = 'some content of any length'.repeat(10);
    const answers = await talk(put(1, 'a', text) + put(2, 'empty', '') + get(3, 'b') + close, size);
    expect(answers[0]).toEqual({ ID: 0, KnownCommands: ['get', 'put', 'close'] });
    expect(answers.find(({ ID }) => ID === 3)).toEqual({ ID: 3, Miss: true });
    expect(answers.at(-1)).toEqual({ ID: 99 });
    expect(contentOf(answers.find(({ ID }) => ID === 1))).toBe(text);
    const [, found, empty] = await talk(get(1, 'a') + close + get(2, 'ignored'));
    expect(empty).toEqual({ ID: 99 });
    expect(found).toMatchObject({ ID: 1, Size: text.length, OutputID: sha256(text).toString('base64') });
    expect(contentOf(found)).toBe(text);
  });

  it('gets from the server what another machine stored', async () => {
    await talk(put(1, 'a', 'content') + close);
    rmSync(folder, { recursive: true });
    await new GoObjects(folder).prepare();
    const [, found] = await talk(get(1, 'a') + close);
    expect(contentOf(found)).toBe('content');
  });

  it.each<[string, Partial<RemoteObjects>]>([
    ['fails', { get: () => Promise.reject(new Error('reset')) }],
    [
      'ends within an object',
      {
        get: () =>
          Promise.resolve(
            (async function* () {
              yield await Promise.resolve(Buffer.from('half'));
              throw new Error('terminated');
            })(),
          ),
      },
    ],
  ])('answers with a miss if the server %s, and keeps nothing of it', async (_, broken) => {
    remote = { ...remote, ...broken };
    const [, answer] = await talk(get(1, 'a') + close);
    expect(answer).toEqual({ ID: 1, Miss: true });
    expect(readdirSync(join(folder, 'outputs'))).toEqual([]);
  });

  it('shares nothing whose content has another hash than Go says', async () => {
    const wrong = put(1, 'a', 'content').replace(
      sha256('content').toString('base64'),
      sha256('x').toString('base64'),
    );
    const [, answer] = await talk(wrong + close);
    expect(contentOf(answer)).toBe('content');
    expect(stored).toEqual(new Map());
  });

  it('answers with an error, and reads on, if an object cannot be stored', async () => {
    rmSync(join(folder, 'outputs'), { recursive: true });
    const answers = await talk(put(1, 'a', 'x'.repeat(1000)) + get(2, 'a') + close, 10);
    expect(answers.slice(1)).toEqual([
      { ID: 1, Err: expect.stringContaining('ENOENT') as string },
      { ID: 2, Miss: true },
      { ID: 99 },
    ]);
  });

  it('ends if Go ends without closing, and answers unknown commands with an error', async () => {
    expect(await talk('{"ID":1,"Command":"get2"}\n')).toEqual([
      expect.objectContaining({ ID: 0 }),
      { ID: 1, Err: 'unknown command get2' },
    ]);
  });
});

it.each<[string, (path: string) => void]>([
  [
    'was emptied',
    (path) => {
      writeFileSync(path, '');
    },
  ],
  [
    'is gone',
    (path) => {
      rmSync(path);
    },
  ],
])('an object on this machine that %s is a miss', async (_, damage) => {
  const objects = new GoObjects(folder);
  const { path } = await objects.store('aa', bytes('content'));
  damage(path);
  expect(await objects.find('aa')).toBeUndefined();
});

it('objects that nobody used for five days are removed, and a use counts', async () => {
  const objects = new GoObjects(folder);
  const [old, used] = [await objects.store('aa', bytes('old')), await objects.store('bb', bytes('used'))];
  const past = new Date(Date.now() - 6 * 24 * 3_600_000);
  for (const path of [old.path, used.path, join(folder, 'actions/aa'), join(folder, 'actions/bb')])
    utimesSync(path, past, past);
  await objects.find('bb');
  await objects.prepare();
  expect(await objects.find('aa')).toBeUndefined();
  expect(await objects.find('bb')).toMatchObject({ size: 4 });
});

it('classes, workspaces and servers have folders of their own on a machine', () => {
  const one = { server: 'https://a', workspace: 'shop', trustClass: 'trusted' } as const;
  const others = [
    one,
    { ...one, trustClass: 'pr:1' as const },
    { ...one, workspace: 'x' },
    { ...one, server: 'https://b' },
  ];
  expect(new Set(others.map((session) => goFolder(session, {}))).size).toBe(others.length);
});

it.each<[readonly string[], string | undefined]>([
  [['/usr/bin/node', '/a/cli.js', 'cache', 'go'], '/usr/bin/node /a/cli.js cache go'],
  [['C:\\Program Files\\node.exe', 'cli.js'], "'C:\\Program Files\\node.exe' cli.js"],
  [["/home/o'neil/cli.js"], '"/home/o\'neil/cli.js"'],
  [['/a\'b"c'], undefined],
])('the words %j are written for Go as %j', (words, text) => {
  expect(goWords(words)).toBe(text);
});
