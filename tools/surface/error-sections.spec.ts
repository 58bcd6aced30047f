import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withProject } from '@millwright/toolkit';
import { errorSectionsOf } from './error-sections.ts';

const sections = await errorSectionsOf(join(import.meta.dirname, '../..'));
const entries = sections.flatMap((section) => Object.entries(section.entries));

describe('the error codes of all packages', () => {
  it('are each in one section', () => {
    const codes = entries.map(([code]) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it.each(entries)('include %s with a meaning and a remedy', (code, { meaning, remedy }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(meaning).toMatch(/\.$/);
    expect(remedy).not.toBe('');
    // Its command must be usable unchanged, once the project is known.
    expect(withProject(remedy, 'app')).not.toMatch(/nx run <\w+>/);
  });
});
