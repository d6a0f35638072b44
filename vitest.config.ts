import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** A busy machine is slow, not wrong: what is waited for has time to come. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } } };

/**
 * Four kinds of tests, one after the other:
 * - `pure`: arithmetic and words, no native code and no processes; all in one thread pool, in seconds.
 * - `state`: what pages hold (`renderer/state`), compiled as for a page, against an app that the test plays.
 * - `process`: SQLite, onnxruntime, llama.cpp, command lines. Native code wants a process per file.
 * - `windows`: a real Chromium and a real Electron; one file at a time, since they share a display and are heavy.
 */
export default defineConfig({
    test: {
        environment: 'node',
        reporters: ['default', './test/support/reporter.ts'],
        projects: [
            {
                test: {
                    name: 'pure',
                    include: ['test/{learning,shared,renderer,text}/**/*.test.ts'],
                    exclude: ['test/renderer/state/**'],
                    pool: 'threads',
                    isolate: false,
                    maxWorkers: 2,
                    sequence: { groupOrder: 0 },
                    ...patience,
                },
            },
            {
                plugins: [svelte()],
                resolve: { conditions: ['browser'] },
                test: {
                    name: 'state',
                    server: { deps: { inline: ['svelte'] } }, // or Node would find the Svelte of servers
                    include: ['test/renderer/state/**/*.test.ts'],
                    environment: './test/renderer/state/page.ts',
                    pool: 'threads',
                    maxWorkers: 2,
                    sequence: { groupOrder: 0 },
                    ...patience,
                },
            },
            {
                test: {
                    name: 'process',
                    include: ['test/*/**/*.test.ts'],
                    exclude: ['test/{learning,shared,renderer,text,windows}/**'],
                    pool: 'forks',
                    maxWorkers: 2,
                    sequence: { groupOrder: 1 },
                    ...patience,
                },
            },
            {
                test: {
                    name: 'windows',
                    include: ['test/windows/**/*.test.ts'],
                    pool: 'forks',
                    maxWorkers: 1,
                    sequence: { groupOrder: 2 },
                    ...patience,
                },
            },
        ],
    },
});
