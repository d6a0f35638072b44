import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { bundledPackages, mainEntries } from './scripts/main-entries.ts';

const checks = { bundlerTimings: false }; // how long a build takes is no warning

export default defineConfig({
    main: {
        build: {
            target: 'node20.18', // one build runs in the product's Electron and in the older one that tests can install
            externalizeDeps: { exclude: bundledPackages },
            rolldownOptions: {
                checks,
                output: { chunkFileNames: '[name]-[hash].js' }, // beside the entries, which find each other by `./`
                input: mainEntries,
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
