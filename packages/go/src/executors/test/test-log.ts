import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readText, temporaryFolder } from '@millwright/toolkit';

/** What tests asked the system for. Paths are absolute. */
export interface TestReads {
  readonly variables: ReadonlySet<string>;
  /** Files and folders that were opened. */
  readonly opened: ReadonlySet<string>;
  /** Files and folders that were only asked about. */
  readonly asked: ReadonlySet<string>;
}

/**
 * Starts a test binary so that it writes a log of what it reads, into a file of its own, beside the folder that it runs
 * in. go asks a test binary for the same log, by the same flag, but keeps it to itself; it does not where `-exec` is
 * given (cmd/go/internal/test, `testlogArg`). `exec` leaves signals and timeouts to the binary.
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

  /** The argument of `go test` that has each test binary write its log. */
  get argument(): string {
    // go splits the value at blanks, and takes quotes.
    return `-exec=sh '${join(this.folder, 'start.sh')}'`;
  }

  /** What all test binaries read. */
  async read(): Promise<TestReads> {
    const logs = join(this.folder, 'logs');
    const names = (await readdir(logs)).filter((name) => name.endsWith('.log'));
    const reads = { variables: new Set<string>(), opened: new Set<string>(), asked: new Set<string>() };
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
 * Adds what a log names (internal/testlog; cmd/go/internal/test, `computeTestInputsID`). A log that a test damaged, as
 * by starting itself with all of its own arguments, is read as far as it can be.
 * @param folder where the test ran
 */
export function addReads(
  log: string,
  folder: string,
  reads: { readonly variables: Set<string>; readonly opened: Set<string>; readonly asked: Set<string> },
): void {
  let current = folder;
  for (const line of log.split('\n')) {
    const blank = line.indexOf(' ');
    const [operation, name] = [line.slice(0, blank), line.slice(blank + 1)];
    if (operation === 'getenv') reads.variables.add(name);
    else if (operation === 'chdir') current = resolve(current, name);
    else if (operation === 'open') reads.opened.add(resolve(current, name));
    else if (operation === 'stat') reads.asked.add(resolve(current, name));
  }
}
