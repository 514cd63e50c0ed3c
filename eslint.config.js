import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const noEnvironmentReads = {
  object: 'process',
  property: 'env',
  message: 'Only src/config reads the environment.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/.next/',
      '**/next-env.d.ts',
      '**/node_modules/',
      'examples/nextjs/public/',
      '.data/',
      'coverage/',
      // CI compiles them with the installed packages.
      '.ci/published/project/*.{ts,cts}',
      // Generated, and as long as the API.
      'packages/server/src/api-types.ts',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    ignores: ['examples/**'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    // Linted without types: the packages of the example may be missing. Its build checks the types.
    files: ['examples/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
      // A page is one markup expression.
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    // Composition and tables of routes are long lists without branches.
    files: ['src/container/**/*.ts', 'src/routes/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: { 'no-restricted-properties': ['error', noEnvironmentReads] },
  },
  {
    // A describe block is one function of any length.
    files: ['tests/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Jest types its asymmetric matchers, such as expect.any(String), as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Fake servers answer and return in one statement.
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  {
    // Tools read their settings from the default export, and bundlers declare assets with one.
    files: ['*.config.ts', '**/*.d.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        require: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['bench/**/*.mjs'],
    languageOptions: {
      globals: { Buffer: 'readonly', clearTimeout: 'readonly', performance: 'readonly' },
    },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/web/public/**/*.js', 'tests/browser/support/wrappers/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        window: 'readonly',
        navigator: 'readonly',
        crypto: 'readonly',
        HTMLElement: 'readonly',
        clearInterval: 'readonly',
        setInterval: 'readonly',
        clearTimeout: 'readonly',
        location: 'readonly',
        Intl: 'readonly',
        FormData: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
  prettier,
);
