import { defineConfig } from 'vitest/config';

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        environment: 'node',
        pool: 'forks', // onnxruntime and better-sqlite3 are native: one process per test file
        testTimeout: 120_000,
        hookTimeout: 120_000,
        reporters: ['default', './test/support/reporter.ts'],
    },
});
