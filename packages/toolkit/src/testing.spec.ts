import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeWithTool } from './testing.js';

function recorder() {
  const suite = vi.fn<(name: string, body: () => void) => void>();
  const skip = vi.fn<(name: string, body: () => void) => void>();
  return { describe: Object.assign(suite, { skip }), suite, skip };
}

const body = () => undefined;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('describeWithTool', () => {
  it('runs the suite if every program is on PATH', () => {
    const { describe, suite, skip } = recorder();
    describeWithTool(describe, ['node'], 'suite', body);
    expect(suite).toHaveBeenCalledWith('suite', body);
    expect(skip).not.toHaveBeenCalled();
  });

  it('skips the suite and names a missing program', () => {
    vi.stubEnv('CI', '');
    const { describe, suite, skip } = recorder();
    describeWithTool(describe, ['node', 'no-such-program'], 'suite', body);
    expect(skip).toHaveBeenCalledWith('suite (for want of no-such-program)', body);
    expect(suite).not.toHaveBeenCalled();
  });

  it('fails in CI if a program is missing', () => {
    vi.stubEnv('CI', 'true');
    const { describe } = recorder();
    expect(() => {
      describeWithTool(describe, ['no-such-program'], 'suite', body);
    }).toThrow('suite: no-such-program must be installed in CI');
  });
});
