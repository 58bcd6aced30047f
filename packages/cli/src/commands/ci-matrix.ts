import { readRegularFile } from '@millwright/toolkit/core';
import { jobsOf } from '../planning/jobs.js';
import { githubMatrix, nxArguments } from '../planning/matrix.js';
import { parseTaskGraph } from '../planning/task-graph.js';
import { commandError } from '../errors.js';
import { exitCodes, type Result } from '../io/result.js';

export interface MatrixOptions {
  /** Separated by commas. */
  readonly targets?: string;
  readonly crossCompile?: readonly string[];
  /** The job whose arguments are printed, instead of the matrix. */
  readonly job?: string;
}

/** The size limit of a task graph, in bytes. It contains the configuration of all projects. */
const limit = 1 << 28;

/** Prints the jobs for the tasks of a run: as a matrix for GitHub Actions, or the arguments of Nx for one job. */
export function matrix(path: string, { targets = '', crossCompile = [], job: name }: MatrixOptions): Result {
  const { bytes, failure } = readRegularFile(path, { limit });
  if (bytes === undefined)
    throw commandError('COMMAND_FILE_UNREADABLE', { what: `cannot read ${path}`, why: failure.why });
  const jobs = jobsOf(parseTaskGraph(bytes.toString('utf8'), path), {
    targets: targets.split(','),
    crossCompiled: crossCompile,
  });
  if (name === undefined) {
    const data = githubMatrix(jobs);
    return { exitCode: exitCodes.done, text: JSON.stringify(data), isExact: true, data };
  }
  const job = jobs.find((one) => one.name === name);
  const words = job === undefined ? [] : nxArguments(job);
  return { exitCode: exitCodes.done, text: words.join('\n'), isExact: true, data: { arguments: words } };
}
