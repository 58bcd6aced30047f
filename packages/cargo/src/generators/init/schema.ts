import { buildInitSchema } from '@millwright/toolkit/nx';

export const title = 'Adds the plugin to nx.json';

export const schema = buildInitSchema;
