import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomes, Workspace } from '../workspace.ts';

const mod = (name: string, rest = '') => `module example.org/${name}\n\ngo 1.25\n${rest}`;

/** A test that fails if anything that it reads contains "bad". */
const tests = `package reads

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/lib"
)

var early = os.Getenv("READ_EARLY")

func TestMain(m *testing.M) {
	if os.Getenv("READ_BEFORE_TESTS") == "bad" {
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func check(t *testing.T, what, text string) {
	if strings.Contains(text, "bad") {
		t.Errorf("%s is bad", what)
	}
}

func read(path ...string) string {
	text, _ := os.ReadFile(filepath.Join(path...))
	return string(text)
}

func reversed(text string) string {
	out := ""
	for _, r := range text {
		out = string(r) + out
	}
	return out
}

func TestVariables(t *testing.T) {
	t.Parallel()
	check(t, "early", early)
	check(t, "DB_URL", os.Getenv("DB_URL"))
	check(t, "a computed name", os.Getenv(reversed("LRU_NEDDIH")))
	check(t, "the library's", lib.Mode())
}

func TestFiles(t *testing.T) {
	t.Parallel()
	check(t, "testdata", read("testdata", "own.txt"))
	check(t, "an ignored file", read("testdata", "ignored.txt"))
	check(t, "a literal path", read("../shareddata/expect.txt"))
	check(t, "a computed path", read(reversed("neddih/.."), "deep", "file.txt"))
	entries, _ := os.ReadDir(reversed("neddih/.."))
	for _, entry := range entries {
		check(t, "a name", entry.Name())
	}
}

func TestWrites(t *testing.T) {
	if err := os.WriteFile("written.tmp", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	defer os.Remove("written.tmp")
	_ = read("written.tmp")
	_ = read(t.TempDir(), "none")
}

func TestProcess(t *testing.T) {
	if os.Getenv("AS_HELPER") == "1" {
		return
	}
	command := exec.Command(os.Args[0], "-test.run=TestProcess")
	command.Env = append(os.Environ(), "AS_HELPER=1")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
}
`;

const files = {
  '.gitignore': 'node_modules\n.nx\n/artifacts\nreads/testdata/ignored.txt\nreads/generated.go\n.env.local\n',
  'reads/go.mod': mod('reads', '\nrequire example.org/lib v0.0.0\n\nreplace example.org/lib => ../lib\n'),
  'reads/reads.go': 'package reads\n\nimport _ "example.org/lib"\n',
  'reads/reads_test.go': tests,
  'reads/inner/inner_test.go':
    'package inner\n\nimport "testing"\n\nfunc TestX(t *testing.T) { t.Parallel() }\n',
  'reads/testdata/own.txt': 'good',
  'lib/go.mod': mod('lib'),
  'lib/lib.go': 'package lib\n\nimport "os"\n\nfunc Mode() string { return os.Getenv("LIB_MODE") }\n',
  'shareddata/expect.txt': 'good',
  'hidden/deep/file.txt': 'good',
  'other/go.mod': mod('other'),
  'other/other.go': 'package other\n',
};

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(files, undefined, undefined, [{ plugin: '@millwright/go' }]);
  workspace.write('reads/testdata/ignored.txt', 'good');
  expect(run()).toBe('built');
});
afterAll(() => {
  workspace.remove();
});

type Env = Readonly<Record<string, string>>;

/**
 * Returns the outcome of the task: `built`, `cached`, `failed`, or `stale` for a restored result that does
 * not apply.
 */
function run(env: Env = {}, target = 'test', folder = workspace): string {
  const { output, status } = folder.nx(['run', `reads:${target}`], env);
  if (output.includes('CACHE_ENTRY_STALE')) return 'stale';
  const outcome = outcomes(output)[`reads:${target}`] ?? output;
  return status === 0 ? outcome : 'failed';
}

const restore = () => {
  workspace.git('checkout', '--quiet', '.');
  workspace.git('clean', '--quiet', '--force', '-d');
  workspace.write('reads/testdata/ignored.txt', 'good');
};

describe('a passed test is not replayed after a change of something that it read', () => {
  it.each<[string, string]>([
    ['a variable that a test reads', 'DB_URL'],
    ['a variable whose name is computed', 'HIDDEN_URL'],
    ['a variable that is read before the tests run', 'READ_BEFORE_TESTS'],
    ['a variable that is read as the package starts', 'READ_EARLY'],
    ['a variable that a tested package of another module reads', 'LIB_MODE'],
  ])('%s', (_, name) => {
    expect(run({ [name]: 'good' })).toBe('built');
    expect(run({ [name]: 'good' })).toBe('cached');
    expect(run({ [name]: 'bad' })).toBe('failed');
    expect(run()).toBe('cached');
  });

  it.each<[string, string]>([
    ['a file of the module', 'reads/testdata/own.txt'],
    ['a file of the module that git ignores', 'reads/testdata/ignored.txt'],
    ['a file outside the module', 'shareddata/expect.txt'],
    ['a file whose path is computed', 'hidden/deep/file.txt'],
    ['a new file in a folder that a test lists', 'hidden/bad.txt'],
  ])('%s', (_, path) => {
    workspace.write(path, 'bad');
    expect(run()).toBe('failed');
    restore();
    expect(run()).toBe('cached');
  });

  it('a source that git ignores, which vet reads too', () => {
    expect(run({}, 'vet')).toBe('built');
    workspace.write('reads/generated.go', 'package reads\n\nfunc init() { panic("bad") }\n');
    expect([run(), run({}, 'vet')]).toEqual(['failed', 'built']);
    workspace.delete('reads/generated.go');
    expect([run(), run({}, 'vet')]).toEqual(['cached', 'cached']);
  });

  it('a variable of an .env file that git ignores', () => {
    workspace.write('reads/.env.local', 'HIDDEN_URL=good\n');
    expect([run(), run()]).toEqual(['built', 'cached']);
    workspace.write('reads/.env.local', 'HIDDEN_URL=bad\n');
    expect(run()).toBe('failed');
    workspace.delete('reads/.env.local');
    expect(run()).toBe('cached');
  });
});

describe('a passed test is replayed', () => {
  it.each<[string, string]>([
    ['a file that no test reads', 'shareddata/other.txt'],
    ['another module', 'other/other.go'],
    ['a file beside one that is read', 'hidden/deep/other.txt'],
  ])('after a change to %s', (_, path) => {
    workspace.write(path, 'package other\n\nconst X = 1\n');
    expect(run()).toBe('cached');
    restore();
  });

  it('if variables with machine paths differ', () => {
    expect(run({ TMPDIR: workspace.path('.nx'), TERM: 'dumb' })).toBe('cached');
  });
});

describe('another clone', () => {
  let folder: string;
  let clone: Workspace;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-clone-'));
    workspace.git('clone', '--quiet', '.', folder);
    symlinkSync(workspace.path('node_modules'), join(folder, 'node_modules'));
    clone = Object.create(workspace, { folder: { value: folder } }) as Workspace;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('rejects a shared result with other inputs once, and then runs the tests', () => {
    clone.write('reads/testdata/ignored.txt', 'good');
    expect(run({}, 'test', clone)).toBe('cached');
    clone.write('hidden/deep/file.txt', 'good too');
    expect([run({}, 'test', clone), run({}, 'test', clone)]).toEqual(['built', 'cached']);
    rmSync(clone.path('.nx'), { recursive: true });
    expect(['stale', 'cached']).toContain(run({}, 'test', clone));
    clone.write('hidden/deep/file.txt', 'bad');
    rmSync(clone.path('.nx'), { recursive: true });
    expect([run({}, 'test', clone), run({}, 'test', clone)]).toEqual(['stale', 'failed']);
  });
});
