import { expect, it } from 'vitest';
import { innermostCause } from './unreachable.js';

it.each([
  [
    'the last of several causes',
    'error: failed to get `a`\n\nCaused by:\n  failed to load source for dependency `a`\n\nCaused by:\n  invalid version 0 on git_proxy_options; class=Invalid (3)\n',
    'invalid version 0 on git_proxy_options; class=Invalid (3)',
  ],
  ['nothing of an output without causes', 'error: failed to get `a`\n', undefined],
  ['nothing of an output that was cut off', 'error: x\n\nCaused by:\n', undefined],
])('finds %s', (_, output, expected) => {
  expect(innermostCause(output)).toBe(expected);
});
