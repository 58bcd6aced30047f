import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainText } from './management.js';

describe('text without control characters', () => {
  it.each(['a', ' ', '~', 'é', '\u00a0', '\uffff', 'crab 🦀'])('is %j', (text) => {
    expect(plainText.safeParse(text).success).toBe(true);
  });

  it.each(['', '\0', 'a\n', '\u001f', '\u007f', '\u0085', '\u009f'])('is not %j', (text) => {
    expect(plainText.safeParse(text).success).toBe(false);
  });

  it('has a pattern in the OpenAPI document that programs in other languages read, too', () => {
    expect(z.toJSONSchema(plainText).pattern).toMatch(/^\^\[.*\]\+\$$/);
    expect(z.toJSONSchema(plainText).pattern).not.toMatch(/\\p\{/i);
  });
});
