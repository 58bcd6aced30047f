import { expect, it } from 'vitest';
import { nativeNeeds } from './native-libraries.js';
import { canCheck } from './preflight.js';

const [gnu, musl, mac] = ['x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-musl', 'aarch64-apple-darwin'];

it.each([
  ['a library for a GNU target', 'openssl-sys', gnu, true],
  ['a library for a musl target, which Debian does not package', 'openssl-sys', musl, false],
  ['a program for a musl target, which runs on this machine', 'prost-build', musl, true],
  ['a program for another system', 'prost-build', mac, true],
  ['a prebuilt library', 'v8', musl, true],
])('on Debian, %s', (_, name, triple, expected) => {
  const need = nativeNeeds.find((one) => one.package === name);
  expect(need && canCheck(need, triple, true)).toBe(expected);
});

it('on other systems, only prebuilt libraries can be checked', () => {
  const checked = nativeNeeds.filter((need) => canCheck(need, gnu, false)).map((need) => need.package);
  expect(checked).toEqual(['v8']);
});
