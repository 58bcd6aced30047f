import { describe, expect, it } from 'vitest';
import { withProject } from './errors.js';

describe('the commands in a message', () => {
  it('name the project that the task is of', () => {
    const message = 'help: run nx run <module>:tidy, then nx run <stack>:down';
    expect(withProject(message, 'app')).toBe('help: run nx run app:tidy, then nx run app:down');
    expect(withProject(message, undefined)).toBe(message);
  });

  it('quote the name of a project that a shell would interpret', () => {
    expect(withProject('nx run <crate>:build', 'a;b')).toBe("nx run 'a;b':build");
    expect(withProject('nx run <crate>:build', '$&app')).toBe("nx run '$&app':build");
  });
});
