/** Published numbers that a person loads to see beside their own. The file may come from anywhere: it is checked. */
import { statSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { badInput } from '../../../../shared/faults.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import { jsonOf } from '../../../../shared/text/json.ts';

const mostBytes = 1_000_000;
const mostValues = 1000;
const values = z.array(z.number()).min(1).max(mostValues);
const name = z.string().min(1).max(100);

const publishedSchema = z
    .object({
        /** Millions of words read; every list below has a number for each. */
        checkpoints_M: z.array(z.number().positive()).min(1).max(mostValues),
        score_before_10batches: values,
        score_after_10batches: values,
        length_before_approx: values,
        length_after_approx: values,
        nats_per_token_start_approx: values,
        nats_per_token_end_approx: values,
        babylm: z.looseObject({ metrics: z.array(name).min(1).max(mostValues) }).optional(),
    })
    .superRefine((file, context) => {
        for (const [key, list] of Object.entries(file))
            if (Array.isArray(list) && list.length !== file.checkpoints_M.length)
                context.addIssue({ code: 'custom', path: [key], message: 'has another length than checkpoints_M' });
    });

export interface Published {
    readonly words: readonly number[];
    readonly before: {
        readonly score: readonly number[];
        readonly tokens: readonly number[];
        readonly nats: readonly number[];
    };
    readonly after: Published['before'];
    readonly benchmarks: {
        readonly metrics: readonly string[];
        readonly students: readonly { readonly name: string; readonly values: readonly number[] }[];
    } | null;
}

/** @throws bad input, in one sentence, for a file that is not such a list */
export function readPublished(typed: string): Published {
    const file = givenPath(typed);
    const found = statSync(file, { throwIfNoEntry: false });
    const refused = (why: string): Error =>
        badInput(
            `${file} ${why}; nothing was drawn. Name a file of published results, as docs/evaluation.md describes it.`,
        );
    if (!found?.isFile()) throw refused('is no file');
    if (found.size > mostBytes) throw refused('is larger than published results are');
    const json = jsonOf(readFileSync(file, 'utf8'));
    if (json === undefined) throw refused('is no JSON');
    const parsed = publishedSchema.safeParse(json);
    if (!parsed.success) {
        const { path, message } = parsed.error.issues[0]!;
        throw refused(`does not hold published results (${path.join('.') || 'all of it'}: ${message})`);
    }
    const { data } = parsed;
    return {
        words: data.checkpoints_M.map((millions) => millions * 1e6),
        before: {
            score: data.score_before_10batches,
            tokens: data.length_before_approx,
            nats: data.nats_per_token_start_approx,
        },
        after: {
            score: data.score_after_10batches,
            tokens: data.length_after_approx,
            nats: data.nats_per_token_end_approx,
        },
        benchmarks: data.babylm === undefined ? null : benchmarksIn(data.babylm),
    };
}

/** Every list of as many numbers as there are metrics is a student's. */
function benchmarksIn({ metrics, ...others }: { readonly metrics: readonly string[] }): Published['benchmarks'] {
    const students = Object.entries(others as Readonly<Record<string, unknown>>).flatMap(([student, list]) => {
        const numbers = z.array(z.number()).length(metrics.length).safeParse(list);
        return numbers.success && name.safeParse(student).success ? [{ name: student, values: numbers.data }] : [];
    });
    return students.length === 0 ? null : { metrics, students };
}
