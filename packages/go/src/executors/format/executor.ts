import { dirname, join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { firstLine, parseTaskOptions, print, run, runExecutor } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { SourceFiles } from '../../source-scan/source-files.js';
import { moduleSubject } from '../../go-cli/module.js';
import { schema } from './schema.js';

/** Formats the Go files of a module, or lists unformatted files. */
export default function format(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { check } = parseTaskOptions(schema, options, '@millwright/go:format', context);
    const { go, folder } = moduleSubject(context);
    const sources = new SourceFiles(context.root, {});
    const files = sources
      .foldersBelow(relative(context.root, folder) || '.')
      .flatMap((one) => sources.filesIn(one).map((name) => join(context.root, one, name)));
    if (files.length === 0) return true;
    const result = await run(join(dirname(go), 'gofmt'), [check ? '-l' : '-w', ...files], { cwd: folder });
    if (result.exitCode !== 0) {
      throw goError('COMPILE_FAILED', {
        what: 'gofmt failed',
        why: firstLine(result.stderr),
        output: result.stderr,
      });
    }
    const unformatted = result.stdout.split('\n').filter((line) => line !== '');
    for (const file of unformatted) print(`${relative(context.root, file)} is not formatted`);
    return unformatted.length === 0;
  });
}
