/** What a run's numbers may depend on, as the run recorded it: machines, devices, teachers, tokenizers, prompts. */
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import { attempts, type Attempt } from './attempts.ts';
import { readAll } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

export interface Provenance {
    /** Each stretch of work, with versions and processor, and the devices that said they were ready in it. */
    readonly attempts: readonly (Omit<Attempt, 'message'> & {
        readonly environment: Readonly<Record<string, string>>;
        readonly devices: readonly string[];
    })[];
    readonly raters: readonly {
        readonly id: string;
        readonly kind: 'teacher' | 'person';
        readonly rubric: string;
        /** SHA-256 of the rubric's text and criteria. */
        readonly rubricHash: string;
        readonly criteria: readonly Criterion[];
        /** What ratings depend on besides the rubric: model, digest, device. */
        readonly details: Readonly<Record<string, unknown>>;
    }[];
    readonly tokenizers: readonly { readonly hash: string; readonly vocabulary: number }[];
    readonly prompts: readonly string[];
}

const mostPrompts = 20; // enough for a run card

export function readProvenance(db: RunDatabase): Provenance {
    const environment = readAll<{ attempt: number; key: string; value: string }>(
        db,
        'SELECT attempt, key, value FROM environment ORDER BY attempt, key',
    );
    const ready = readAll<{ at: number; message: string }>(
        db,
        "SELECT at, message FROM event WHERE kind = 'ready' ORDER BY id",
    );
    return {
        attempts: attempts(db).map(({ message: _, ...attempt }) => ({
            ...attempt,
            environment: Object.fromEntries(
                environment.filter((row) => row.attempt === attempt.number).map(({ key, value }) => [key, value]),
            ),
            devices: [
                ...new Set(
                    ready
                        .filter(({ at }) => at >= attempt.startedAt && at <= (attempt.endedAt ?? Infinity))
                        .map(({ message }) => message),
                ),
            ],
        })),
        raters: readAll<Provenance['raters'][number]>(
            db,
            `SELECT rater.id, rater.kind, rubric.id AS rubric, rubric.hash AS rubricHash, rubric.criteria, rater.details
             FROM rater JOIN rubric ON rubric.hash = rater.rubric ORDER BY rater.kind DESC, rater.id`,
            {},
            { criteria: 'json', details: 'json' },
        ),
        tokenizers: readAll(db, 'SELECT hash, vocabulary FROM tokenizer ORDER BY hash'),
        prompts: readAll<{ text: string }>(db, 'SELECT text FROM prompt ORDER BY id LIMIT @mostPrompts', {
            mostPrompts,
        }).map(({ text }) => text),
    };
}
