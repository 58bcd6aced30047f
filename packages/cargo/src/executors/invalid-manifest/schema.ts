import { z } from 'zod';

export const title = 'Reports why the manifest of a crate is invalid';

export const schema = z.strictObject({
  manifest: z
    .string()
    .min(1)
    .describe('The invalid Cargo.toml or millwright.toml, relative to the workspace.')
    .meta({ example: 'crates/mill/Cargo.toml' }),
});
