import { commandOptions, inputsRecordOption } from '../../go-cli/options.js';

export const title = 'Runs go vet on a Go module';

export const schema = commandOptions.extend({ inputsRecord: inputsRecordOption });
