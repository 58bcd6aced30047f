/** GOOS and GOARCH values (go tool dist list; cmd/go, "Build constraints": permanently reserved names). */
const systems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  ),
);
const architectures = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);
/** The systems that satisfy the tag `unix` (cmd/go, "Build constraints"). */
const unixSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris'.split(' '),
);

/** The platform and tags of a build. */
export interface BuildContext {
  readonly goos: string;
  readonly goarch: string;
  readonly cgo: boolean;
  /** Explicitly set tags. */
  readonly tags: readonly string[];
  /** True to assume that Go is new enough for every version tag. Otherwise version tags are unknown. */
  readonly isNewest?: boolean;
}

/** Undefined if the answer depends on a tag that may be set, or on the version of Go. */
export type Tristate = boolean | undefined;

/**
 * Determines from a file's name and `//go:build` line whether a build includes it (cmd/go, "Build
 * constraints").
 * @param constraint the expression, if the file has one
 */
export function isBuilt(name: string, constraint: string | undefined, context: BuildContext): Tristate {
  if (!matchesName(name, context)) return false;
  return constraint === undefined ? true : evaluate(constraint, context);
}

function matchesName(name: string, { goos, goarch }: BuildContext): boolean {
  if (/^[_.]/.test(name)) return false;
  const parts = name
    .replace(/\.[^.]*$/, '')
    .replace(/_test$/, '')
    .split('_')
    .slice(1);
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  const isSystem = (part: string) => part === goos || (part === 'linux' && goos === 'android');
  if (architectures.has(last)) {
    return last === goarch && (!systems.has(before) || isSystem(before));
  }
  return !systems.has(last) || isSystem(last);
}

/** The maximum number of terms that Go accepts in an expression (go/build/constraint). */
const maxTerms = 1000;

function evaluate(expression: string, context: BuildContext): Tristate {
  const tokens = expression.replace(/\/\/.*$/s, '').match(/\|\||&&|[!()]|[^\s!()|&]+/g) ?? [];
  if (tokens.length > maxTerms) return undefined;
  let at = 0;
  const either = (): Tristate => {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      const other = both();
      value = value === true || other === true ? true : value === undefined ? value : other;
    }
    return value;
  };
  const both = (): Tristate => {
    let value = not();
    while (tokens[at] === '&&') {
      at += 1;
      const other = not();
      value = value === false || other === false ? false : value === undefined ? value : other;
    }
    return value;
  };
  const not = (): Tristate => {
    const token = tokens[at];
    at += 1;
    if (token === '!') {
      const value = not();
      return value === undefined ? undefined : !value;
    }
    if (token === '(') {
      const value = either();
      at += 1;
      return value;
    }
    return token === undefined ? undefined : holds(token, context);
  };
  return either();
}

function holds(tag: string, { goos, goarch, cgo, tags, isNewest }: BuildContext): Tristate {
  if (tags.includes(tag)) return true;
  if (systems.has(tag)) return tag === goos || (tag === 'linux' && goos === 'android');
  if (architectures.has(tag)) return tag === goarch;
  if (tag === 'unix') return unixSystems.has(goos);
  if (tag === 'cgo') return cgo;
  if (tag === 'gc' || (isNewest === true && /^go1\.\d+$/.test(tag))) return true;
  // By convention, nobody sets it.
  if (tag === 'ignore' || tag === 'gccgo') return false;
  return undefined;
}
