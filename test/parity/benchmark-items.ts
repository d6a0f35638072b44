/**
 * Items of benchmarks as JSON for record_benchmarks.py: `benchmark-items.ts <evaluation_data>…`. Items of our own come
 * first, so that something is held where the data are absent; then at most 500 of each task.
 */
import { findBenchmarks, readTask } from '../../src/main/benchmarks/find-tasks.ts';
import type { BenchmarkItem, ScoredText } from '../../src/shared/benchmarks/benchmarks.ts';

const most = 500;

const ownTexts: readonly (readonly ScoredText[])[] = [
    [span('The owls sleep under the roof.'), span('The owls sleeps under the roof.')],
    [span('Who sang?\nThe wren sang.'), span('Who sang?\nThe spoon sang.')],
    [span('A wren sat on the gate. It was hungry.', 23), span('A wren sat on the gate. It was iron.', 23)],
    [
        span('Box 1 contains the bell. Box 1 contains the bell.', 40),
        span('Box 1 contains the bell. Box 1 contains the key.', 40),
    ],
    [span('  two leading spaces'), span('“curly” — and naïve 🦉 café', 9)],
    [span('owl'), span('')],
    [
        { kind: 'word', context: 'The old miller opened the', word: 'gate' },
        { kind: 'word', context: 'The old miller opened the', word: ' gate' },
        { kind: 'word', context: 'None', word: 'Extraordinarily,' },
        { kind: 'word', context: 'She said', word: ' naïveté' },
    ],
];

function span(text: string, from = 0): ScoredText {
    return { kind: 'span', text, from };
}

export const ownItems: readonly BenchmarkItem[] = ownTexts.map((texts, index) => ({
    task: 'blimp',
    uid: 'own',
    index,
    labels: {},
    human: {},
    texts,
}));

/** Evenly over each task, in the order of its files. */
export function someItems(folders: readonly string[]): readonly BenchmarkItem[] {
    return folders
        .flatMap((folder) => findBenchmarks(folder).tasks)
        .flatMap((found) => {
            const { items } = readTask(found);
            const step = Math.max(1, items.length / most);
            return Array.from({ length: Math.min(most, items.length) }, (_, i) => items[Math.floor(i * step)]!);
        });
}

if (import.meta.main) process.stdout.write(JSON.stringify([...ownItems, ...someItems(process.argv.slice(2))]));
