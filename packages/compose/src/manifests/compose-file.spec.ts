import { describe, expect, it } from 'vitest';
import { namesItself, readComposeFile } from './compose-file.js';

describe('a hostile Compose file', () => {
  const deep = `[${'    image: x\n'.repeat(5_000)}---\n`;

  it('is no YAML where it is nested so deeply that the parser exhausts the stack', () => {
    const { problem, services } = readComposeFile('compose.yaml', deep);
    expect(problem?.code).toBe('COMPOSE_FILE_INVALID');
    expect(problem?.message).toContain('is not valid YAML');
    expect(services).toEqual([]);
    expect(namesItself(deep)).toBe(false);
  });

  it('takes linear time where it has very many mistakes', () => {
    const started = process.cpuUsage();
    const mistakes = `x: ${'a: '.repeat(60_000)}`;
    expect(readComposeFile('compose.yaml', mistakes).problem?.code).toBe('COMPOSE_FILE_INVALID');
    // With a quadratic parser it took more than a minute.
    expect(process.cpuUsage(started).user).toBeLessThan(15_000_000);
  });
});
