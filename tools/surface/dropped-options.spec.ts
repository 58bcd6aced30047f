import { describe, expect, it } from 'vitest';
import { rejectDroppedOptions as rejectCargo } from '../../packages/cargo/dist/hashing/dropped-options.js';
import { rejectDroppedOptions as rejectGo } from '../../packages/go/dist/toolchain/dropped-options.js';
import { surface } from '../public-surface.ts';

/** The executors that pass the arguments after `--` to a program. */
const executors = [
  ...(['cargo-cross', 'check', 'test', 'lint', 'run'] as const).map(
    (name) => `@millwright/cargo:${name}` as const,
  ),
  ...(['build', 'test', 'vet', 'lint', 'run'] as const).map((name) => `@millwright/go:${name}` as const),
];

/** Options that nobody passes on the command line, or that Nx has itself. */
const notOwn = ['__unparsed__', 'inputsRecord', 'leftOut', 'nativeFiles', 'verbose'];

describe('an option before `--`, where Nx drops it,', () => {
  it.each(executors)('is rejected if %s has it', (executor) => {
    const options = surface.executors[executor].split(' ').filter((option) => !notOwn.includes(option));
    const passed = options.filter((option) => {
      const argv = ['node', 'nx', 'run', 'app:task', `--${option}=x`, '--', 'argument'];
      try {
        if (executor.startsWith('@millwright/go:')) rejectGo(argv, () => true);
        else rejectCargo(argv, new Set(['app']));
        return true;
      } catch {
        return false;
      }
    });
    expect(passed).toEqual([]);
  });
});
