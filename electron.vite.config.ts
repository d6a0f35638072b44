import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const checks = { bundlerTimings: false }; // how long a build takes is no warning

export default defineConfig({
    main: {
        build: {
            target: 'node20.18', // one build runs in the product's Electron and in the older one that tests can install
            externalizeDeps: { exclude: ['zod', 'commander', 'pure-rand', 'ulid', 'csv-parse', 'ws'] }, // plain JavaScript is bundled, native packages stay outside
            rolldownOptions: {
                checks,
                output: { chunkFileNames: '[name]-[hash].js' }, // beside the entries, which find each other by `./`
                input: {
                    app: resolve('src/main/app/main.ts'),
                    backend: resolve('src/main/service/backend/main.ts'),
                    engine: resolve('src/main/engine/main.ts'),
                    teacher: resolve('src/main/teacher/main.ts'),
                    exchange: resolve('src/main/exchange/main.ts'),
                    storyloop: resolve('src/main/headless/main.ts'),
                    'agreement-worker': resolve('src/main/service/sets/agreement-worker.ts'),
                    'comparison-worker': resolve('src/main/service/reports/comparison/comparison-worker.ts'),
                    'benchmark-worker': resolve('src/main/service/backend/benchmarks/benchmark-worker.ts'),
                    'resume-worker': resolve('src/main/engine/resume-worker.ts'),
                    'bpe-worker': resolve('src/main/text/bpe-worker.ts'),
                },
            },
        },
    },
    preload: {
        build: {
            externalizeDeps: false, // a sandboxed preload cannot require: everything is bundled
            rolldownOptions: {
                checks,
                input: { preload: resolve('src/preload/preload.ts') },
                output: { format: 'cjs', entryFileNames: '[name].cjs' },
            },
        },
    },
    renderer: {
        build: {
            target: 'chrome130',
            minify: true,
            assetsInlineLimit: 0,
            chunkSizeWarningLimit: 1000, // kB: one file, from disk; what counts is its compressed size, 350 kB at most
            rolldownOptions: { checks, input: resolve('src/renderer/index.html') },
        },
        plugins: [svelte()],
    },
});
