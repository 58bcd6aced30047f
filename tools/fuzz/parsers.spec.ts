import { it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { parsers } from './parsers.ts';

it.each(parsers)('$name are parsed or rejected, regardless of their content', (parser) => {
  // Other seeds are for the campaign. CI uses the same texts each time.
  fuzz(parser, { seed: 1, runs: 1_000, shares: { some: 0.1, many: 0.03 } });
});
