import { expect, it } from 'vitest';
import { sliceInputOf } from '../world.spec.helper.js';
import { hasRequiredFeatures } from './required-features.js';

const { workspace } = sliceInputOf({
  'Cargo.toml': `[package]
name = "app"
version = "0.1.0"
[features]
default = ["usual"]
usual = []
extra = ["inner", "store/fast"]
inner = []
[dependencies]
store = { path = "store" }
`,
});
const [crate] = workspace.crates;
if (!crate) throw new Error('the workspace has a crate');

it.each<[readonly string[], Readonly<Record<string, unknown>>, boolean]>([
  [[], {}, true],
  [['usual'], {}, true],
  [['usual'], { defaultFeatures: false }, false],
  [['extra'], {}, false],
  [['extra'], { features: ['extra'] }, true],
  [['inner'], { features: 'usual,extra' }, true],
  [['usual', 'inner'], { features: ['inner'], defaultFeatures: false }, false],
  [['inner'], { allFeatures: true }, true],
  [['store/fast'], { features: ['extra'] }, true],
  [['store/fast'], {}, false],
  [['extra'], { features: '@script' }, false],
])(
  'whether cargo builds a binary that requires %j with options %j',
  (requiredFeatures, options, expected) => {
    const target = {
      kind: 'bin',
      name: 'tool',
      crateTypes: ['bin'],
      path: 'src/main.rs',
      requiredFeatures,
    } as const;
    expect(hasRequiredFeatures(crate, target, options)).toBe(expected);
  },
);
