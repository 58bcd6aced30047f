import { z } from 'zod';

export const title = 'Compares every artifact with artifacts/checksums.json';

export const schema = z.strictObject({});
