/**
 * Two wug tests (Berko 1958): nouns of made-up adjectives (Hofmann et al. 2025) and past tenses of made-up verbs
 * (Weissweiler et al. 2023). Two sentences, parted by a tab, and the share of people who chose the first.
 */
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { whole, type Drafts, type TaskFile } from './task-file.ts';

const wugLine = z.object({
    sentences: z.string(),
    ratio: z
        .union([z.number(), z.string().min(1)])
        .transform(Number)
        .refine(Number.isFinite),
});

export function readWug(file: TaskFile, task: 'wug_adj' | 'wug_past'): Drafts {
    return readJsonLines(file, wugLine, 'two sentences with what people chose', ({ sentences, ratio }) => {
        const [first, second, ...more] = sentences.split('\t');
        if (!first || !second || more.length > 0) return undefined;
        return { task, uid: task, labels: {}, texts: [whole(first), whole(second)], human: { ratio } };
    });
}
