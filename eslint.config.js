import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/target/**',
      '**/node_modules/**',
      'artifacts/**',
      '.nx/**',
      'third_party/**',
      'scratch/**',
      '**/fixtures/**',
      '**/generated/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['packages/*/tsconfig.json', 'tools/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/array-type': ['error', { default: 'array' }],
    },
  },
  {
    // Whatever a repository holds is read through read-file.ts of the toolkit: regular files only, up to a limit.
    files: ['packages/*/src/**/*.{ts,tsx}'],
    ignores: [
      '**/*.spec.ts',
      '**/*.spec.helper.ts',
      'packages/toolkit/src/files/read-file.ts',
      // This package depends on nothing, the toolkit included.
      'packages/object-file/src/{archive,read}.ts',
      // These read /proc.
      'packages/toolkit/src/process/process-{identity,list,tree,usage}.ts',
      'packages/toolkit/src/undeclared-inputs/run-start.ts',
      'packages/compose/src/engine/{emulation,environment,sockets}.ts',
      // The reaper loads this, which starts before anything else is loaded.
      'packages/compose/src/guard/run-record.ts',
      // The terminal is opened to be written to.
      'packages/compose/src/guard/terminal.ts',
      // The file of a lock is opened to be held, not read.
      'packages/artifacts/src/disk/lock.ts',
      // A blob stays open while it is sent, so that it can be removed meanwhile.
      'packages/server/src/storage/blob-folder.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:fs', 'node:fs/promises', 'fs', 'fs/promises'].map((name) => ({
            name,
            importNames: ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'default'],
            message:
              'Read files with readText, readRegularFile, readHead or streamRegularFile of @millwright/toolkit.',
          })),
        },
      ],
      // Node's own realpath takes `..` in the target of a link from where the link lies, the kernel from where it leads to.
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='realpathSync']", message: 'Use realpathSync.native.' },
        // Names in commands that messages recommend are chosen by others.
        {
          selector: 'TemplateElement[tail=false][value.raw=/nx run $/]',
          message: 'Use nxRun, which quotes the task.',
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
