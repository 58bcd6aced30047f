/** GOOS and GOARCH values (go tool dist list; cmd/go, "Build constraints": names that are reserved for good). */
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
/** The systems for which the tag `unix` holds (cmd/go, "Build constraints"). */
const unixSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris'.split(' '),
);

/** For what a package is built. */
export interface BuildContext {
  readonly goos: string;
  readonly goarch: string;
  readonly cgo: boolean;
  /** The tags that are set by name. */
  readonly tags: readonly string[];
  /** Whether Go is taken to be new enough for whatever a file asks of it; else that is not known. */
  readonly isNewest?: boolean;
}

/** Undefined where it depends on a tag that may yet be set, or on the version of Go. */
export type Answer = boolean | undefined;

/**
 * Whether a file takes part in a build, by its name and its `//go:build` line (cmd/go, "Build constraints").
 * @param constraint the expression, undefined where the file has none
 */
export function isBuilt(name: string, constraint: string | undefined, context: BuildContext): Answer {
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

/** The most parts that Go itself reads in an expression (go/build/constraint); it refuses a longer one. */
const mostParts = 1000;

function evaluate(expression: string, context: BuildContext): Answer {
  const tokens = expression.replace(/\/\/.*$/s, '').match(/\|\||&&|[!()]|[^\s!()|&]+/g) ?? [];
  if (tokens.length > mostParts) return undefined;
  let at = 0;
  const either = (): Answer => {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      const other = both();
      value = value === true || other === true ? true : value === undefined ? value : other;
    }
    return value;
  };
  const both = (): Answer => {
    let value = not();
    while (tokens[at] === '&&') {
      at += 1;
      const other = not();
      value = value === false || other === false ? false : value === undefined ? value : other;
    }
    return value;
  };
  const not = (): Answer => {
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

function holds(tag: string, { goos, goarch, cgo, tags, isNewest }: BuildContext): Answer {
  if (tags.includes(tag)) return true;
  if (systems.has(tag)) return tag === goos || (tag === 'linux' && goos === 'android');
  if (architectures.has(tag)) return tag === goarch;
  if (tag === 'unix') return unixSystems.has(goos);
  if (tag === 'cgo') return cgo;
  if (tag === 'gc' || (isNewest === true && /^go1\.\d+$/.test(tag))) return true;
  // By convention nobody ever sets it.
  if (tag === 'ignore' || tag === 'gccgo') return false;
  return undefined;
}
