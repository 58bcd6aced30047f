import type { Files } from '../../tools/testing/inferred-projects.ts';

/** A minimal repository with the layout of a real one, and its expected first graph. */
export interface Shape {
  /** The layout and its origin. */
  readonly name: string;
  readonly files: Files;
  /** The folder of every project, by name. */
  readonly projects: Readonly<Record<string, string>>;
  /** `from -> to`, by names. */
  readonly edges?: readonly string[];
  /** Expected parts of the output; if empty, nothing may be printed. */
  readonly prints?: readonly string[];
  /** The projects whose targets fail because their files are invalid. */
  readonly invalid?: readonly string[];
}

export const pack = (name: string, rest = '') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;
export const lib = (root: string, name: string, rest = ''): Files => ({
  [`${root}/Cargo.toml`]: pack(name, rest),
  [`${root}/src/lib.rs`]: '',
});
export const bin = (root: string, name: string, rest = ''): Files => ({
  [`${root}/Cargo.toml`]: pack(name, rest),
  [`${root}/src/main.rs`]: 'fn main() {}\n',
});
export const virtual = (members: string, rest = '') =>
  `[workspace]\nmembers = [${members}]\nresolver = "2"\n${rest}`;
export const goModule = (root: string, path: string, rest = ''): Files => ({
  [`${root}/go.mod`]: `module ${path}\n\ngo 1.24\n${rest}`,
  [`${root}/main.go`]: 'package main\n\nfunc main() {}\n',
});
export const stack = 'services: { a: { image: debian:bookworm-slim } }\n';
export const npm = (name: string, rest = '') => `{"name":"${name}","version":"1.0.0"${rest}}`;
export const many = (count: number, make: (index: number) => Files): Files =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => make(index))) as Files;
