import { generateOptions } from '../../openapi/settings.js';

export const title = 'Generates a Go client from an OpenAPI document and verifies that it builds';

export const schema = generateOptions;
