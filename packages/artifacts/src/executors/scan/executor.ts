import { join, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { checkWithinWorkspace, parseOptions, print, runExecutor } from '@millwright/toolkit';
import { artifactError } from '../../errors.js';
import { laterFileEndings } from '../../layout/layout.js';
import { readDatabase } from '../../scan/database.js';
import { readIgnoreFile } from '../../scan/ignore.js';
import { describeReport, scanSbom, writeReport } from '../../scan/scan.js';
import { schema } from './schema.js';

/** Scans the SBOM of each artifact of a project, and writes a report beside each. */
export default function scan(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseOptions(schema, options, '@millwright/artifacts:scan');
    const { artifacts, ignore, failOn } = parsed;
    const database = await readDatabase(resolve(context.root, parsed.database));
    const ignores = ignore === undefined ? [] : readIgnoreFile(resolve(context.root, ignore));
    const today = new Date().toISOString().slice(0, 10);
    const failed: string[] = [];
    for (const artifact of artifacts) {
      const path = join(context.root, artifact);
      checkWithinWorkspace(context.root, path);
      const report = scanSbom({
        sbom: `${path}${laterFileEndings.sbom}`,
        artifact: path,
        database,
        ignores,
        failOn,
        today,
      });
      await writeReport(`${path}${laterFileEndings.scan}`, report);
      print(`${artifact}\n${describeReport(report, today)}`);
      if (!report.passed) failed.push(artifact);
    }
    if (failed.length > 0)
      throw artifactError('SCAN_FOUND', {
        what: `vulnerabilities were found in ${failed.join(', ')}`,
        why: `at least one has the severity ${failOn} or higher, or an unknown severity`,
      });
    return true;
  });
}
