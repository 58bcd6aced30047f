import { describe, expect, it } from 'vitest';
import { setsProjectName, readComposeFile } from './compose-file.js';

describe('a hostile Compose file', () => {
  const deep = `[${'    image: x\n'.repeat(5_000)}---\n`;

  it('is reported as invalid YAML if its nesting exhausts the call stack of the parser', () => {
    const { problem, services } = readComposeFile('compose.yaml', deep);
    expect(problem?.code).toBe('COMPOSE_FILE_INVALID');
    expect(problem?.message).toContain('is not valid YAML');
    expect(services).toEqual([]);
    expect(setsProjectName(deep)).toBe(false);
  });

  it('is parsed in linear time despite many syntax errors', () => {
    const started = process.cpuUsage();
    const mistakes = `x: ${'a: '.repeat(60_000)}`;
    expect(readComposeFile('compose.yaml', mistakes).problem?.code).toBe('COMPOSE_FILE_INVALID');
    // A quadratic parser took more than a minute.
    expect(process.cpuUsage(started).user).toBeLessThan(15_000_000);
  });

  it('is not converted to plain values if its keys are nested, which takes seconds', () => {
    const text = `name: a\nx:\n  ${'? '.repeat(400)}a\n`;
    expect(setsProjectName(text)).toBe(false);
    expect(readComposeFile('compose.yaml', text).problem?.why).toContain('keys must be strings');
  });

  it('is not taken in where its aliases multiply', () => {
    const levels = Array.from({ length: 60 }, (_, at) => `x${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`);
    const text = `x0: &a0 [y]\n${levels.join('')}services: { a: { image: x, volumes: *a60 } }\n`;
    const { problem, services } = readComposeFile('compose.yaml', text);
    expect(problem?.why).toContain('more values than the file has characters');
    expect(services).toEqual([]);
  });
});

it('a Compose file may use one anchor hundreds of times', () => {
  const services = Array.from({ length: 300 }, (_, at) => `  s${at}: *service\n`).join('');
  const text = `x-service: &service { image: x, volumes: [./conf:/conf] }\nservices:\n${services}`;
  expect(readComposeFile('compose.yaml', text).services).toHaveLength(300);
});
