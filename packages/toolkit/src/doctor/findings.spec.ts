import { expect, it } from 'vitest';
import { toolkitError } from '../errors.js';
import { attempt, attemptAsync, formatFindings } from './findings.js';

it('converts a MillwrightError to a finding, and throws any other error', async () => {
  const step = (): never => {
    throw toolkitError('PROCESS_MISSING', {
      what: 'no go',
      why: 'PATH is empty',
      remedy: 'install it',
    });
  };
  const finding = { state: 'missing', what: 'Go', detail: 'no go: PATH is empty', remedy: 'install it' };
  expect(attempt('Go', step)).toEqual({ finding });
  expect(await attemptAsync('Go', () => Promise.resolve().then(step))).toEqual({ finding });
  expect(() =>
    attempt('Go', () => {
      throw new TypeError('a mistake');
    }),
  ).toThrow('a mistake');
});

it('lists and counts equal findings once', () => {
  const finding = { state: 'missing', what: 'modules', detail: 'not there', remedy: 'go mod tidy' } as const;
  expect(
    formatFindings([{ state: 'ok', what: 'Go', detail: 'go1.26' }, finding, finding]).split('\n'),
  ).toEqual([
    '✔ Go       go1.26',
    '✖ modules  not there',
    '           help: go mod tidy',
    '',
    '1 thing is missing',
  ]);
});

it('indents the further lines of a detail', () => {
  const finding = { state: 'missing', what: 'fields', detail: 'token: too short\nport: too high' } as const;
  expect(formatFindings([finding]).split('\n').slice(0, 2)).toEqual([
    '✖ fields  token: too short',
    '          port: too high',
  ]);
});
