import { expect, it } from 'vitest';
import { unsetVariablesIn, warningsIn } from './warnings.js';

/** The output of Docker Compose 2 without a terminal. */
const output = String.raw`time="2026-11-27T12:54:07Z" level=warning msg="The \"POSTGRES_IMAGE_TAG\" variable is not set. Defaulting to a blank string."
time="2026-11-27T12:54:07Z" level=warning msg="The \"POSTGRES_IMAGE_TAG\" variable is not set. Defaulting to a blank string."
time="2026-11-27T12:54:07Z" level=warning msg="/a/compose.yaml: the attribute ${'`version`'} is obsolete, it will be ignored"
error while interpolating services.mattermost.read_only: failed to cast to expected type: invalid boolean: 
`;

it('returns each warning of Compose once', () => {
  expect(warningsIn(output)).toEqual([
    'The "POSTGRES_IMAGE_TAG" variable is not set. Defaulting to a blank string.',
    '/a/compose.yaml: the attribute `version` is obsolete, it will be ignored',
  ]);
});

it('returns the names of unset variables', () => {
  expect(unsetVariablesIn(output)).toEqual(['POSTGRES_IMAGE_TAG']);
});
