/** What a build of everything but the page is made of; the entries find each other beside themselves. */
import { fileURLToPath } from 'node:url';

const inSource = (path: string): string => fileURLToPath(new URL(`../src/main/${path}`, import.meta.url));

export const mainEntries: Record<string, string> = {
    app: inSource('app/main.ts'),
    backend: inSource('service/backend/main.ts'),
    engine: inSource('engine/main.ts'),
    teacher: inSource('teacher/main.ts'),
    exchange: inSource('exchange/main.ts'),
    storyloop: inSource('headless/main.ts'),
    'agreement-worker': inSource('service/sets/agreement-worker.ts'),
    'comparison-worker': inSource('service/reports/comparison/comparison-worker.ts'),
    'report-worker': inSource('service/exchange/report/report-worker.ts'),
    'style-worker': inSource('service/reports/run/style-worker.ts'),
    'benchmark-worker': inSource('service/backend/benchmarks/benchmark-worker.ts'),
    'drawing-worker': inSource('engine/pretraining/drawing-worker.ts'),
    'resume-worker': inSource('engine/resume-worker.ts'),
    'bpe-worker': inSource('text/bpe-worker.ts'),
};

/** Plain JavaScript is bundled; native packages stay outside. */
export const bundledPackages = ['zod', 'commander', 'pure-rand', 'ulid', 'csv-parse', 'ws'];
