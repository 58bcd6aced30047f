import { expect, it } from 'vitest';
import { withEvenComments, withoutUnusedImports } from './unformatted.js';

const file = (imports: string, code: string) => `package a\n\nimport (\n${imports})\n\n${code}`;

it.each<[string, string, string, string]>([
  ['used', '\t"net/url"\n', 'var a url.URL\n', '\t"net/url"\n'],
  ['unused', '\t"os"\n\t"fmt"\n', 'var a = fmt.Sprint()\n', '\t"fmt"\n'],
  ['with a name', '\tb "x/types"\n\tc "y"\n', 'var a *b.B\n', '\tb "x/types"\n'],
  ['with a major version', '\t"go.yaml.in/yaml/v3"\n', 'var a yaml.Node\n', '\t"go.yaml.in/yaml/v3"\n'],
  [
    'named only in comments and strings',
    '\t"os"\n',
    "// os.Exit\nvar a = \"os.X\" + `os.Y` + '\\''\n/* os.Z */\n",
    '',
  ],
  ['that are fields elsewhere', '\t"path"\n', 'var a = b.path.c\n', ''],
  ['for their effects', '\t_ "embed"\n\t. "fmt"\n', 'var a = 1\n', '\t_ "embed"\n\t. "fmt"\n'],
  ['of a package that is not called as its path ends', '\t"x/go-y"\n', 'var a y.Z\n', '\t"x/go-y"\n'],
  ['before the dots of arguments alone', '\t"os"\n', 'var a = b(os...)\n', ''],
  ['with a comment at their end', '\t"os" // for os.Exit)\n\t"fmt"\n', 'var a fmt.State\n', '\t"fmt"\n'],
  ['two in a line', '\t"os"; "fmt"\n', 'var a fmt.State\n', '\t"os"; "fmt"\n'],
  ['in a text with a bracket', '\tb "x)y"\n\t"os"\n', 'var a b.C\n', '\tb "x)y"\n'],
  ['as type arguments', '\t"time"\n', 'var a Opt[time.Time]\n', '\t"time"\n'],
])('imports %s', (_, imports, code, kept) => {
  expect(withoutUnusedImports(file(imports, code))).toBe(file(kept, code));
});

it('keeps a file without an import block', () => {
  expect(withoutUnusedImports('package a\n\nimport "os"\n')).toBe('package a\n\nimport "os"\n');
});

it('aligns the lines of a comment', () => {
  expect(withEvenComments('\t// A a\n//\n// b\nfunc A() {}\n')).toBe('// A a\n//\n// b\nfunc A() {}\n');
  const inside = 'type A struct {\n\t// b\n\tb int\n}\n';
  expect(withEvenComments(inside)).toBe(inside);
});
