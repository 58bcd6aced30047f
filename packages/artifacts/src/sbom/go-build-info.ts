import { readSection } from '@millwright/object-file';

/** A module in the build information of a Go program. */
export interface GoModule {
  readonly path: string;
  /** `(devel)` for a module that is built from a folder. */
  readonly version: string;
  /** The `h1:` checksum; empty for folders. */
  readonly sum: string;
}

/** What go writes into each program (Go, package `runtime/debug`, `BuildInfo`). */
export interface GoBuildInfo {
  /** Such as `go1.26.0`, `go1.26.0 X:boringcrypto` or `devel go1.27-5abc Mon Nov 2 …`. */
  readonly goVersion: string;
  readonly main: GoModule | undefined;
  readonly modules: readonly (GoModule & { readonly replacedBy?: GoModule })[];
  /** Settings such as `GOOS`, `GOARCH` and `-tags`. */
  readonly settings: ReadonlyMap<string, string>;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
/** The flag that the texts follow the header, as since Go 1.18. */
const inlineTexts = 2;
const headerSize = 32;
/** The lines are framed by this many bytes, by which debuggers find them in memory. */
const frame = 16;
/** In PE files, the information is in the section for data, which begins with it (Go, package `debug/buildinfo`). */
const searched = 64 * 1024;

/**
 * Reads the build information of a Go program; undefined if it has none, or was built with a Go older than 1.18.
 * @throws ObjectFileError if the file is not an object file
 */
export async function readGoBuildInfo(path: string): Promise<GoBuildInfo | undefined> {
  const own = (await readSection(path, '.go.buildinfo')) ?? (await readSection(path, '__go_buildinfo'));
  const bytes = own ?? (await readSection(path, '.data', searched));
  return bytes === undefined ? undefined : parseGoBuildInfo(bytes);
}

/** Parses the section with the build information. */
export function parseGoBuildInfo(section: Uint8Array): GoBuildInfo | undefined {
  const bytes = Buffer.from(section.buffer, section.byteOffset, section.byteLength);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (at % 16 !== 0 || (bytes[at + 15] ?? 0) % 4 !== inlineTexts) continue;
    const version = readText(bytes, at + headerSize);
    const lines = version && readText(bytes, version.end);
    if (version === undefined || !/^(go|devel )/.test(version.text)) continue;
    return parseLines(version.text, lines === undefined ? '' : lines.text.slice(frame, -frame));
  }
  return undefined;
}

/** Reads a text after its length, which is a variable-length integer of seven bits per byte. */
function readText(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | undefined {
  let length = 0;
  for (let at = start, factor = 1; at < bytes.length && at < start + 5; at += 1, factor *= 128) {
    const byte = bytes[at] ?? 0;
    length += (byte % 128) * factor;
    if (byte >= 128) continue;
    const end = at + 1 + length;
    // The frame is not text, but has the same length in this encoding.
    return end > bytes.length ? undefined : { text: bytes.toString('latin1', at + 1, end), end };
  }
  return undefined;
}

function parseLines(goVersion: string, lines: string): GoBuildInfo {
  const modules: (GoModule & { replacedBy?: GoModule })[] = [];
  const settings = new Map<string, string>();
  let main: GoModule | undefined;
  for (const line of Buffer.from(lines, 'latin1').toString().split('\n')) {
    const [kind, path = '', version = '', sum = ''] = line.split('\t');
    const last = modules.at(-1);
    if (kind === 'mod') main = { path, version, sum };
    else if (kind === 'dep') modules.push({ path, version, sum });
    else if (kind === '=>' && last) last.replacedBy = { path, version, sum };
    else if (kind === 'build') settings.set(path.replace(/=.*$/s, ''), path.replace(/^[^=]*=/, ''));
  }
  return { goVersion, main, modules, settings };
}
