import { expect, it } from 'vitest';
import { interpolate, variablesIn } from './interpolated-path.js';

const env = { WEB: '/srv/web', NAME: 'dist' };

it.each<[string, readonly string[], string | undefined]>([
  ['web/dist', [], 'web/dist'],
  ['$WEB', ['WEB'], '/srv/web'],
  ['${WEB}/$NAME/', ['WEB', 'NAME'], '/srv/web/dist/'],
  ['${OTHER:-../web}/x', ['OTHER'], '../web/x'],
  ['${NAME:-other}', ['NAME'], 'dist'],
  ['$OTHER/x', ['OTHER'], undefined],
  ['cost$', [], 'cost$'],
])('%s', (path, variables, expected) => {
  expect(variablesIn(path)).toEqual(variables);
  expect(interpolate(path, env)).toBe(expected);
});
