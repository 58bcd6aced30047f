import { z } from 'zod';
import { commandOptions } from '../command/options.js';

export const title = 'Runs the tests of a Go module';

export const schema = commandOptions.extend({
  race: z.boolean().describe('Whether data races are looked for; needs cgo.').default(false),
});
