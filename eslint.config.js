const js = require('@eslint/js')
const { defineConfig } = require('eslint/config')
const tseslint = require('typescript-eslint')

module.exports = defineConfig(
  {
    ignores: [
      'coverage/',
      'test/golden/',
      'test/compat/node_modules/',
      'test/compat/apps/',
      'bench/node_modules/',
      '**/__gen__/',
      'out/',
      'site/pages/',
      'site/.vitepress/cache/',
      '**/dist/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: __dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      // As `noUnusedLocals` of TypeScript.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_$' }],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
    },
  },
  // Tables of cases are long and easy to read.
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', 600] } },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['site/**/*.js'],
    languageOptions: {
      globals: { document: 'readonly', TextDecoder: 'readonly', URL: 'readonly' },
    },
  },
)
