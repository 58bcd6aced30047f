import { expect, it } from 'vitest';
import { defaultFiles, listedFiles } from './discovery.js';

it.each<[string[], string[]]>([
  [[], []],
  [['compose.ci.yaml'], []],
  [['compose.override.yaml'], []],
  [['docker-compose.yaml', 'docker-compose.yml', 'compose.yml'], ['compose.yml']],
  [['docker-compose.yaml', 'docker-compose.yml'], ['docker-compose.yml']],
  [
    ['compose.yaml', 'docker-compose.override.yaml', 'compose.override.yaml'],
    ['compose.yaml', 'compose.override.yaml'],
  ],
])('selects the default files: %j → %j', (names, expected) => {
  expect(defaultFiles(names)).toEqual(expected);
});

it.each<[string, string | undefined, string[]]>([
  ['a.yaml:b/c.yaml', undefined, ['a.yaml', 'b/c.yaml']],
  ['a.yaml:b.yaml', '', ['a.yaml', 'b.yaml']],
  ['a.yaml,b:c.yaml', ',', ['a.yaml', 'b:c.yaml']],
  ['', undefined, []],
])('COMPOSE_FILE=%s with the separator %s lists %j', (value, separator, expected) => {
  expect(listedFiles(value, separator)).toEqual(expected);
});
