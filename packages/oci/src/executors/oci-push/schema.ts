import { z } from 'zod';
import { signingOptions } from '../../pushing/attestations.js';
import { imageTaskOptions } from '../../pushing/image-task.js';

export const title = 'Pushes an image to its registry; blobs that are there are skipped';

export const schema = z.strictObject({ ...imageTaskOptions, ...signingOptions });
