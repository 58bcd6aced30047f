import { initOptions } from '@millwright/toolkit/nx';
import { z } from 'zod';

export const title = 'Adds the plugin to nx.json';

export const schema = z.strictObject(initOptions);
