import {
  describeReport,
  type FailOn,
  readDatabase,
  readIgnoreFile,
  scanSbom,
  writeReport,
} from '@millwright/artifacts/scan';
import { exitCodes, type Result } from '../io/result.js';

interface ScanOptions {
  /** The path of the OSV database. */
  readonly database: string;
  /** The path of the list of vulnerabilities to ignore. */
  readonly ignore?: string;
  readonly failOn: FailOn;
  /** The path of the report. */
  readonly output?: string;
}

/** Compares an SBOM with an OSV database. */
export async function scan(sbom: string, options: ScanOptions): Promise<Result> {
  const { ignore, failOn, output } = options;
  const today = new Date().toISOString().slice(0, 10);
  const report = scanSbom({
    sbom,
    database: await readDatabase(options.database),
    ignores: ignore === undefined ? [] : readIgnoreFile(ignore),
    failOn,
    today,
  });
  if (output !== undefined) await writeReport(output, report);
  return {
    exitCode: report.passed ? exitCodes.done : exitCodes.notVerified,
    text: describeReport(report, today),
    data: report,
  };
}
