import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainCompose } from './explain-compose.js';

const file = `services:
  web:
    image: x
    prots: [1]
    ports:
      - 'abc:80'
    mem_limit: hello
  worker:
    image: \${IMAGE?must be set}
    depends_on: [nobody]
    volumes: ['flour:/flour']
include: [other/none.yaml]
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explain-'));
  writeFileSync(join(folder, 'compose.yaml'), file);
  writeFileSync(join(folder, 'broken.yaml'), 'services:\n  a:\n    image: x\n   b: 1\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ['validating FILE: services.web Additional property prots is not allowed', 4],
  ["validating FILE: services.web additional properties 'prots' not allowed", 4],
  ['Invalid hostPort: abc', 6],
  [
    "decoding failed due to the following error(s):\n\nerror decoding 'services[web].mem_limit': invalid size: 'hello'",
    7,
  ],
  ['service "worker" depends on undefined service "nobody": invalid compose project', 10],
  ['service "worker" refers to undefined volume flour: invalid compose project', 11],
  ['open /somewhere/other/none.yaml: no such file or directory', 12],
])('finds the line for: %s', (problem, line) => {
  const path = join(folder, 'compose.yaml');
  expect(explainCompose(problem.replace('FILE', path), [path], folder).location).toEqual({
    file: 'compose.yaml',
    line,
  });
});

it('names the missing variable and quotes the message from the file', () => {
  const problem =
    'error while interpolating services.worker.image: required variable IMAGE is missing a value: must be set';
  const { code, what, location, why } = explainCompose(problem, [join(folder, 'compose.yaml')], folder);
  expect([code, what, location, why]).toEqual([
    'STACK_VARIABLE_MISSING',
    'the variable IMAGE is not set',
    { file: 'compose.yaml', line: 9 },
    'the Compose file says: must be set',
  ]);
});

it('names an unset variable if its empty default is not allowed', () => {
  writeFileSync(
    join(folder, 'unset.yaml'),
    'services:\n  web:\n    image: ${TAG}\n    read_only: ${READ_ONLY}\n',
  );
  const warning = (name: string) =>
    `time="2026-11-27T12:54:07Z" level=warning msg="The \\"${name}\\" variable is not set. Defaulting to a blank string."\n`;
  const problem = `${warning('TAG')}${warning('READ_ONLY')}error while interpolating services.web.read_only: failed to cast to expected type: invalid boolean: `;
  const { code, what, location, why } = explainCompose(problem, [join(folder, 'unset.yaml')], folder);
  expect([code, what, location, why]).toEqual([
    'STACK_VARIABLE_MISSING',
    'the variable READ_ONLY is not set',
    { file: 'unset.yaml', line: 4 },
    'error while interpolating services.web.read_only: failed to cast to expected type: invalid boolean',
  ]);
});

it('finds the line of a YAML syntax error, which Compose reports wrongly', () => {
  const error = explainCompose(
    'yaml: line 1: did not find expected key',
    [join(folder, 'broken.yaml')],
    folder,
  );
  expect(error.location).toEqual({ file: 'broken.yaml', line: 4 });
});

it('names a missing file', () => {
  const error = explainCompose('open x: no such file', [join(folder, 'none.yaml')], folder);
  expect([error.location, error.why]).toEqual([{ file: 'none.yaml' }, 'there is no such file']);
});

it('names only the file, and points to no line, if the line is unknown', () => {
  const { location, remedy } = explainCompose('something else', [join(folder, 'compose.yaml')], folder);
  expect(location).toEqual({ file: 'compose.yaml' });
  expect(remedy).not.toContain('line');
});

it('does not blame the file for an argument that Compose does not know', () => {
  const { code, why } = explainCompose('unknown flag: --servces\n', [join(folder, 'compose.yaml')], folder);
  expect([code, why]).toEqual(['OPTION_INVALID', 'unknown flag: --servces']);
});
