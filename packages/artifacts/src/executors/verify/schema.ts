import { z } from 'zod';

export const title = 'Verifies every artifact against artifacts/checksums.json';

export const schema = z.strictObject({});
