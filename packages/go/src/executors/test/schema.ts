import { z } from 'zod';
import { commandOptions, inputsRecordOption } from '../../go-cli/options.js';

export const title = 'Runs the tests of a Go module';

export const schema = commandOptions.extend({
  inputsRecord: inputsRecordOption,
  race: z.boolean().describe('Enable the race detector; requires cgo.').default(false),
});
