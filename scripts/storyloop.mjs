#!/usr/bin/env node
// Checks the one thing that must be right before any of our code can load: the Node that runs it.
import module from 'node:module'; // no named import: a Node without it must still reach the sentence below
import { fileURLToPath } from 'node:url';
import './where-you-stand.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const stripsTypes = major >= 24 || (major === 22 && minor >= 18);
if (!stripsTypes || Number(process.versions.napi) < 10) {
    console.error(
        `Storyloop needs Node 24 and this is ${process.version}; nothing was changed. Start it with "npm run storyloop" after "npm install", which brings its own Node on Linux, or install Node 24.`,
    );
    process.exit(1);
}
// Compiled modules are cached beside the packages they came with; the engine, a process of its own, finds them there
// too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/storyloop', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('../src/main/headless/main.ts');
