/**
 * Clean evaluations of checkpoints that no run recorded, in `benchmarks.sqlite`: stories from fixed seeds and what a
 * teacher said of them, by which checkpoints of several runs are held against each other.
 */
import path from 'node:path';
import { criterionSchema, type Criterion } from '../../../shared/ratings/rubric.ts';
import { openBenchmarksDatabase } from '../connection/open.ts';
import { mayWriteDatabase } from '../connection/places.ts';
import { readAll, readOne, transaction, write, type RunDatabase } from '../connection/statements.ts';
import type { RatedSample } from '../run/evaluations.ts';

export interface EvaluationFacts {
    readonly id: string;
    readonly createdAt: number;
    readonly checkpoint: string;
    /** SHA-256 of the student's weights. */
    readonly digest: string;
    /** Everything but the weights that shapes stories and ratings: equal texts, equal conditions. */
    readonly conditions: string;
    readonly teacher: { readonly id: string; readonly name: string };
    readonly criteria: readonly Criterion[];
    readonly results: Readonly<Record<string, number>>;
}

export interface NewCheckpointEvaluation extends EvaluationFacts {
    readonly storyloop: string;
    readonly stories: readonly (RatedSample & { readonly finished: boolean })[];
}

export interface CheckpointEvaluations {
    /** @returns false where the same weights were evaluated under the same conditions before: those stay */
    add(evaluation: NewCheckpointEvaluation): boolean;
    /** Of the weights with this digest, newest first. */
    of(digest: string): readonly EvaluationFacts[];
    /** In the order of their seeds. */
    stories(id: string): readonly RatedSample[];
    close(): void;
}

function evaluationsOf(db: RunDatabase, digest: string): readonly EvaluationRow[] {
    return readAll<EvaluationRow>(
        db,
        `SELECT id, created_at AS createdAt, checkpoint, digest, conditions, teacher, teacher_name AS teacherName,
                criteria, results
         FROM evaluation WHERE digest = @digest ORDER BY created_at DESC, id DESC`,
        { digest },
        { criteria: 'json', results: 'json' },
    );
}

interface EvaluationRow extends Pick<EvaluationFacts, 'id' | 'createdAt' | 'checkpoint' | 'digest' | 'conditions'> {
    readonly teacher: string;
    readonly teacherName: string;
    readonly criteria: unknown;
    readonly results: Readonly<Record<string, number>>;
}

/** @param readonly for whoever only looks, also where nobody may write */
export function openCheckpointEvaluations(home: string, { readonly = false } = {}): CheckpointEvaluations {
    const file = path.join(home, 'benchmarks.sqlite');
    const db = openBenchmarksDatabase(file, { readonly: readonly && !mayWriteDatabase(file) });
    const isOlder = readOne(db, "SELECT 1 FROM sqlite_schema WHERE name = 'evaluation'") === undefined; // and stays so
    return {
        add: ({ stories, teacher, criteria, results, ...facts }) =>
            transaction(db, () => {
                const { digest, conditions } = facts;
                const known = 'SELECT id FROM evaluation WHERE digest = @digest AND conditions = @conditions';
                if (readOne(db, known, { digest, conditions }) !== undefined) return false;
                write(
                    db,
                    `INSERT INTO evaluation (id, created_at, checkpoint, digest, conditions, teacher, teacher_name,
                                             criteria, results, storyloop)
                     VALUES (@id, @createdAt, @checkpoint, @digest, @conditions, @teacher, @teacherName, @criteria,
                             @results, @storyloop)`,
                    {
                        ...facts,
                        teacher: teacher.id,
                        teacherName: teacher.name,
                        criteria: JSON.stringify(criteria),
                        results: JSON.stringify(results),
                    },
                );
                for (const { seed, story, words, finished, scores } of stories)
                    write(
                        db,
                        `INSERT INTO evaluated_story (evaluation, seed, story, words, finished, scores)
                         VALUES (@evaluation, @seed, @story, @words, @finished, @scores)`,
                        {
                            evaluation: facts.id,
                            seed,
                            story,
                            words,
                            finished: Number(finished),
                            scores: scores === null ? null : JSON.stringify(scores),
                        },
                    );
                return true;
            }),
        of: (digest) =>
            (isOlder ? [] : evaluationsOf(db, digest)).map(({ teacher, teacherName, criteria, ...row }) => ({
                ...row,
                teacher: { id: teacher, name: teacherName },
                criteria: criterionSchema.array().parse(criteria),
            })),
        stories: (id) =>
            readAll<RatedSample>(
                db,
                `SELECT seed, words, story, scores FROM evaluated_story WHERE evaluation = @id ORDER BY seed`,
                { id },
                { scores: 'json' },
            ),
        close: () => void db.close(),
    };
}
