import { symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A repository of Go modules: `tool` has two programs and uses `lib` through a replacement; `one` and `two`
 * are in a go.work file, through which `one` uses `two`; `alone` shares nothing; `native` is linked with C
 * code, whose headers are in folders beside it.
 */
export const files: Readonly<Record<string, string>> = {
  'tool/go.mod': `module example.org/tool

go 1.25

require (
	example.org/kept v0.0.0-00010101000000-000000000000
	example.org/lib v0.0.0-00010101000000-000000000000
	github.com/google/uuid v1.6.0
	golang.org/x/text v0.14.0
)

replace (
	example.org/kept => ./_kept
	example.org/lib => ../lib
)
`,
  // go ignores this folder, but the replacement uses it.
  'tool/_kept/go.mod': 'module example.org/kept\n\ngo 1.25\n',
  'tool/_kept/kept.go': 'package kept\n\nconst X = 1\n',
  'tool/cmd/first/main.go': `package main

import (
	"fmt"

	"example.org/kept"
	"example.org/lib"
	"example.org/tool/internal/behind"
	"example.org/tool/internal/words"
	"github.com/google/uuid"
)

func main() { fmt.Println("first", lib.Answer(), words.Word, words.Asset(), words.System, uuid.Nil, words.Linked, words.Dotted(), kept.X, behind.X) }
`,
  'tool/cmd/second/main.go': `package main

import "fmt"

func main() { fmt.Println("second") }
`,
  'tool/internal/words/words.go': `package words

import "embed"

//go:embed word.txt
var Word string

//go:embed assets
var assets embed.FS

//go:embed all:dotted
var dotted embed.FS

func Dotted() string {
	text, _ := dotted.ReadFile("dotted/.hidden/b.txt")
	return string(text)
}

func Asset() string {
	text, _ := assets.ReadFile("assets/deep/a.txt")
	return string(text)
}
`,
  'tool/internal/words/word.txt': 'word',
  'tool/internal/words/assets/deep/a.txt': 'asset',
  'tool/internal/words/assets/.unseen.txt': 'not embedded',
  'tool/internal/words/dotted/.hidden/b.txt': 'dotted',
  'sources/behind/behind.go': 'package behind\n\nconst X = 1\n',
  'tool/internal/words/system_linux.go': 'package words\n\nconst System = "linux"\n',
  'tool/internal/words/system_windows.go': 'package words\n\nconst System = "windows"\n',
  'tool/internal/words/words_test.go':
    'package words\n\nimport "testing"\n\nfunc TestWord(t *testing.T) {}\n',
  'tool/internal/words/linked.target': 'package words\n\nconst Linked = 1\n',
  'tool/internal/unused/unused.go': 'package unused\n\nconst X = 1\n',
  'tool/internal/tested/tested_test.go':
    'package tested\n\nimport (\n\t"testing"\n\n\t"golang.org/x/text/language"\n)\n\nfunc TestX(t *testing.T) { _ = language.English }\n',
  'tool/README.md': 'A tool.\n',
  'lib/go.mod': 'module example.org/lib\n\ngo 1.25\n',
  'lib/lib.go': 'package lib\n\nfunc Answer() int { return 42 }\n',
  'lib/other/other.go': 'package other\n\nconst X = 1\n',
  'go.work': 'go 1.25\n\nuse (\n\t./one\n\t./two\n)\n',
  'one/go.mod': 'module example.org/one\n\ngo 1.25\n',
  'one/main.go': 'package main\n\nimport "example.org/two"\n\nfunc main() { println(two.X) }\n',
  'two/go.mod': 'module example.org/two\n\ngo 1.25\n',
  'two/two.go': 'package two\n\nconst X = 1\n',
  'alone/go.mod': 'module example.org/alone\n\ngo 1.25\n',
  'alone/main.go': 'package main\n\nfunc main() { println("alone") }\n',
  'native/go.mod': 'module example.org/native\n\ngo 1.25\n',
  'native/project.json': JSON.stringify({
    name: 'native',
    // Build IDs reflect changed headers for go's own cache, but do not affect the program.
    targets: { 'build-linux-amd64': { options: { cgo: true, ldflags: '-buildid=' } } },
  }),
  'native/main.go': `package main

// #cgo CFLAGS: -I\${SRCDIR}/../include
// int sum(void);
import "C"

func main() { println(C.sum()) }
`,
  'native/sum.c': `#include "../shared/answer.h"
#include <mill/stone.h>

#if __has_include("../shared/made.h")
#include "../shared/made.h"
#else
#define MADE 0
#endif

int sum(void) { return ANSWER + STONE + MADE; }
`,
  'shared/answer.h': '#include "deep/unit.h"\n#define ANSWER (42 * UNIT)\n',
  'shared/deep/unit.h': '#define UNIT 1\n',
  'shared/sack.h': '#define SACK 5\n',
  'shared/other.h': '#define OTHER 1\n',
  'include/mill/stone.h': '#include "../../shared/sack.h"\n#define STONE (7 * SACK)\n',
  'include/mill/README.md': 'Headers.\n',
};

/**
 * Creates the symbolic links: a source of `words`, and the folder of `behind`. git stores them as links.
 */
export function link(folder: string): void {
  symlinkSync('../../sources/behind', join(folder, 'tool/internal/behind'));
  symlinkSync('linked.target', join(folder, 'tool/internal/words/linked.go'));
}

export const programs = ['alone', 'first', 'native', 'one', 'second'] as const;
export type Program = (typeof programs)[number];

/** The main package of each program. */
export const mainPackages: Readonly<Record<Program, readonly [module: string, pkg: string]>> = {
  alone: ['alone', '.'],
  first: ['tool', './cmd/first'],
  native: ['native', '.'],
  one: ['one', '.'],
  second: ['tool', './cmd/second'],
};
/** The projects that build the programs. */
export const builders = ['alone', 'native', 'one', 'tool'] as const;
