import { expect, it } from 'vitest';
import { loadBuilder } from './builder.js';

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /a/b.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });

it('names the package to install if the one that builds a language is missing', async () => {
  await expect(
    loadBuilder('@millwright/go', () => Promise.reject(missing('@millwright/go'))),
  ).rejects.toMatchObject({
    code: 'COMPONENT_LANGUAGE_UNKNOWN',
    why: '@millwright/go is not installed',
    remedy: 'install it beside Millwright: npm install @millwright/go',
  });
});

it('passes other errors on, such as a missing package of the builder itself', async () => {
  const error = missing('nx');
  await expect(loadBuilder('@millwright/go', () => Promise.reject(error))).rejects.toBe(error);
});
