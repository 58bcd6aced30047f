import { z } from 'zod';
import { imageSettings } from '../../options.js';
import { registryOptions } from '../../registry/open.js';

export const title = 'Records the current digest of the base of an image in millwright.images.lock';

export const schema = z.strictObject({ base: imageSettings.base, ...registryOptions });
