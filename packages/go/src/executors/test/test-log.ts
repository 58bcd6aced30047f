import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readText, temporaryFolder } from '@millwright/toolkit';

/** The variables and files that tests read. Paths are absolute. */
export interface TestReads {
  readonly variables: ReadonlySet<string>;
  /** Files and folders that were opened. */
  readonly opened: ReadonlySet<string>;
  /** Files and folders whose existence or metadata was checked (stat). */
  readonly checked: ReadonlySet<string>;
}

/**
 * A script that starts a test binary so that it logs what it reads. The log is written to a separate file,
 * beside one with the test's working folder. go requests the same log through the same flag for its own
 * cache, but does not if `-exec` is given (cmd/go/internal/test, `testlogArg`). `exec` lets the binary
 * receive signals and timeouts.
 */
const starter = `#!/bin/sh
test=$1
shift
id=\${test%/*}
log=\${0%/*}/logs/\${id##*/}
printf '%s\\n' "$PWD" >"$log.folder"
exec "$test" -test.testlogfile="$log.log" "$@"
`;

/** The logs of one run of `go test`. */
export class TestLogs {
  private constructor(private readonly folder: string) {}

  static async create(): Promise<TestLogs> {
    const folder = temporaryFolder('go-test');
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'start.sh'), starter);
    return new TestLogs(folder);
  }

  /** The argument of `go test` that makes each test binary write its log. */
  get argument(): string {
    // go splits the value at spaces, and accepts quotes.
    return `-exec=sh '${join(this.folder, 'start.sh')}'`;
  }

  /** Returns the reads of all test binaries. */
  async read(): Promise<TestReads> {
    const logs = join(this.folder, 'logs');
    const names = (await readdir(logs)).filter((name) => name.endsWith('.log'));
    const reads = { variables: new Set<string>(), opened: new Set<string>(), checked: new Set<string>() };
    for (const name of names) {
      const folder = (readText(join(logs, name.replace(/log$/, 'folder'))) ?? '').trimEnd();
      addReads(readText(join(logs, name)) ?? '', folder, reads);
    }
    return reads;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Adds the reads in a log (internal/testlog; cmd/go/internal/test, `computeTestInputsID`). A test can
 * damage its log, for example by starting itself with all its arguments. Its intact lines are still used.
 * @param folder the test's working folder
 */
export function addReads(
  log: string,
  folder: string,
  reads: { readonly variables: Set<string>; readonly opened: Set<string>; readonly checked: Set<string> },
): void {
  let current = folder;
  for (const line of log.split('\n')) {
    const blank = line.indexOf(' ');
    const [operation, name] = [line.slice(0, blank), line.slice(blank + 1)];
    if (operation === 'getenv') reads.variables.add(name);
    else if (operation === 'chdir') current = resolve(current, name);
    else if (operation === 'open') reads.opened.add(resolve(current, name));
    else if (operation === 'stat') reads.checked.add(resolve(current, name));
  }
}
