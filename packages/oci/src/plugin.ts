import { startPlugin } from '@millwright/toolkit/plugin';

export const name = '@millwright/oci';

export const { createNodes, createDependencies } = startPlugin(name, () => import('./inference/infer.js'));
