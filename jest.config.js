/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  testSequencer: '<rootDir>/test/support/longest-first.js',
  reporters: ['default', '<rootDir>/test/support/promises-reporter.js'],
  roots: ['<rootDir>/test', '<rootDir>/filters', '<rootDir>/pipeline', '<rootDir>/runtime'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/compat/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/compat/', '<rootDir>/bench/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      },
    ],
  },
  collectCoverageFrom: ['{filters,pipeline,runtime}/**/*.ts'],
  coverageReporters: ['text-summary', 'html'],
  // A guard against hanging, not a requirement: slow machines pass.
  testTimeout: 180_000,
}
