import { commandOptions } from '../../go-cli/options.js';

export const title = 'Runs golangci-lint on a Go module';

export const schema = commandOptions;
