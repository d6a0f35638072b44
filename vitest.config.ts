import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** A busy machine is slow, not wrong: what is waited for has time to come. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } } };

/** Engines and command lines that tests start find their modules compiled: a start takes half the time. */
const compiledOnce = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }; // Node's own default place

/**
 * Native code wants a process per file. Three at a time on two cores: each computes with one thread, or waits for its
 * children, for a page or for a clock.
 */
const processPerFile = {
    pool: 'forks',
    maxWorkers: 3,
    sequence: { groupOrder: 1 },
    env: compiledOnce,
    ...patience,
} as const;

/**
 * Four kinds of tests:
 * - `pure`: arithmetic and words, no native code and no processes; all in one thread pool, in seconds. They come first,
 *   with `state`: what pages hold (`renderer/state`), compiled as for a page, against an app that the test plays.
 * - `process`: SQLite, onnxruntime, llama.cpp, command lines.
 * - `windows`: a real Chromium and a real Electron, each file with a data folder, a port and a display of its own. They
 *   wait more than they compute, so they share their places with `process`.
 */
export default defineConfig({
    test: {
        environment: 'node',
        reporters: ['default', './test/support/reporter.ts'],
        // what shows that intervals hold the truth takes seconds a test: `npm run test:pure` leaves it out
        tags: [{ name: 'simulation', description: 'Thousands of draws: coverage of intervals, resampled benchmarks.' }],
        projects: [
            {
                test: {
                    name: 'pure',
                    include: ['test/{benchmarks,learning,shared,renderer,text}/**/*.test.ts'],
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
                    isolate: false,
                    maxWorkers: 2,
                    sequence: { groupOrder: 0 },
                    ...patience,
                },
            },
            {
                test: {
                    name: 'process',
                    include: ['test/*/**/*.test.ts'],
                    exclude: ['test/{benchmarks,learning,shared,renderer,text,windows}/**'],
                    globalSetup: './test/support/made-once.ts',
                    setupFiles: './test/support/bundled-processes.ts',
                    ...processPerFile,
                },
            },
            {
                test: {
                    name: 'windows',
                    include: ['test/windows/**/*.test.ts'],
                    globalSetup: './test/support/made-once.ts',
                    setupFiles: './test/support/fresh-build.ts',
                    ...processPerFile,
                },
            },
        ],
    },
});
