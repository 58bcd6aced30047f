import { commandOptions } from '../command/options.js';

export const title = 'Runs go vet on a Go module';

export const schema = commandOptions;
