import { startPlugin } from '@millwright/toolkit/plugin';

export const name = '@millwright/windmill/plugin';

export const { createNodes, createDependencies } = startPlugin(
  name,
  () => import('./inference/infer.js'),
  '**/wmill.yaml',
);
