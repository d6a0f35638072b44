/** Rating sets for the tests of the store, gone when the test is over. */
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import type { NewSet, NewSetRating } from '../../../src/main/store/sets/rating-set.ts';
import { createSet } from '../../../src/main/store/home/set-files.ts';
import type { RunDatabase } from '../../../src/main/store/connection/statements.ts';
import { temporaryFolder } from '../a-run.ts';
import { prompt, rubric, start } from '../records.ts';

export const setId = '01M80J4D62TW65W8EK4FDWN09S';

export function aNewSet(changed: Partial<NewSet> = {}): NewSet {
    const stories = Array.from({ length: 5 }, (_, i) => ({
        id: i + 1,
        run: '01M80J4D62TW65W8EK4FDWN0AA',
        attempt: 1,
        episode: 10 + i,
        stage: 1 + (i % 2),
        prompt,
        story: `the ${['fox', 'owl', 'hare', 'mole', 'wren'][i]!} went home.`,
        words: 4,
        part: null,
        finished: 1 as const,
    }));
    return {
        id: setId,
        name: 'trial',
        seed: 1,
        createdAt: start,
        rubric,
        purpose: 'agreement',
        stories,
        order: [3, 1, 5, 2, 3, 4],
        ...changed,
    };
}

export function aSetFile(home = temporaryFolder(), changed: Partial<NewSet> = {}): string {
    return createSet(home, aNewSet(changed));
}

export function opened(file: string, options = { readonly: false }): RunDatabase {
    const db = openSetDatabase(file, options);
    onTestFinished(() => {
        db.close();
    });
    return db;
}

export function anAnswer(rater: string, position: number, changed: Partial<NewSetRating> = {}): NewSetRating {
    const scores = { readability: position % 4, coherence: 1, creativity: 2 };
    const rest = { at: start, dwellMs: 900, flagged: false, note: '' };
    return { position, rater, number: 1, kind: 'scored', scores, ...rest, ...changed };
}

export const inFolder = (name: string): string => path.join(temporaryFolder(), name);
