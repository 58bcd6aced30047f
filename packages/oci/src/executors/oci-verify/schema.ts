import { z } from 'zod';
import { imageTaskOptions } from '../../pushing/image-task.js';

export const title =
  'Verifies an image in its folder and in its registry: every blob by its digest, and what its tags point to';

export const schema = z.strictObject(imageTaskOptions);
