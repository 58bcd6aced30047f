import { expect, it } from 'vitest';
import { isForPlatform } from './descriptor.js';

it.each([
  ['linux', 'amd64', undefined, 'linux/amd64', true],
  ['linux', 'arm64', 'v8', 'linux/arm64', true],
  ['linux', 'arm', 'v7', 'linux/arm/v7', true],
  ['linux', 'arm', undefined, 'linux/arm/v7', true],
  ['linux', 'arm', 'v6', 'linux/arm/v7', false],
  ['linux', 'arm64', undefined, 'linux/amd64', false],
  ['unknown', 'unknown', undefined, 'linux/amd64', false],
])('an image for %s/%s, variant %s, runs on %s: %s', (os, architecture, variant, platform, expected) => {
  const image = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  expect(isForPlatform(image, platform)).toBe(expected);
});
