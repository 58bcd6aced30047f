/** The packages whose SBOMs the campaign `sbom` compares with what other tools say. */
import { readCorpus, type PublishedPackage } from '../corpus/packages.ts';

/** A crate of the corpus: its program, or its library if it has none. */
export interface CrateSubject extends PublishedPackage {
  /** Sets of arguments of cargo that select features. */
  readonly featureSets: readonly (readonly string[])[];
}

/** A program in a module of the corpus. */
export interface ModuleSubject extends PublishedPackage {
  /** The folder of the program in the module. */
  readonly program: string;
}

const withoutDefaults = ['--no-default-features'];

const featureSets: Readonly<Record<string, readonly (readonly string[])[]>> = {
  bat: [[]],
  blake3: [[]],
  clap: [[], withoutDefaults, ['--features', 'derive,cargo']],
  comrak: [[], withoutDefaults],
  csv: [[]],
  'fd-find': [[]],
  hyperfine: [[]],
  just: [[]],
  rand: [[], withoutDefaults],
  regex: [[], withoutDefaults],
  ripgrep: [[], ['--features', 'pcre2']],
  rustix: [[], ['--features', 'all-apis']],
  serde_json: [[]],
  tokei: [[]],
  tokio: [[], ['--features', 'full']],
};

const programs: Readonly<Record<string, string>> = {
  'filippo.io/age': 'cmd/age',
  'github.com/BurntSushi/toml': 'cmd/tomlv',
  'github.com/golang/mock': 'mockgen',
  'github.com/junegunn/fzf': '.',
  'github.com/rogpeppe/go-internal': 'cmd/testscript',
  'go.etcd.io/bbolt': 'cmd/bbolt',
  'golang.org/x/text': 'cmd/gotext',
  'golang.org/x/tools': 'cmd/goimports',
  'google.golang.org/protobuf': 'cmd/protoc-gen-go',
  'mvdan.cc/gofumpt': '.',
};

const corpus = readCorpus();

export const crates: readonly CrateSubject[] = corpus.crates.flatMap((one) => {
  const sets = featureSets[one.name];
  return sets === undefined ? [] : [{ ...one, featureSets: sets }];
});

export const modules: readonly ModuleSubject[] = corpus.modules.flatMap((one) => {
  const program = programs[one.name];
  return program === undefined ? [] : [{ ...one, program }];
});
