/**
 * The rating set inside a report. It is nowhere until somebody's ratings come back: then it is composed again from the
 * run, which gives the same stories in the same order, and a digest says whether it did.
 */
import { createHash } from 'node:crypto';
import { badInput } from '../../../shared/faults.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { teacherRubric } from '../../store/run/ratings/rated-stories.ts';
import { readSummary } from '../../store/run/run.ts';
import type { NewSet } from '../../store/sets/rating-set.ts';
import { beforeAndAfter } from '../people/gain-of-run.ts';
import { sampleGainSet } from './making-gain-sets.ts';

const seed = 1; // one report, one sample
const idDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's, as in every ULID

/**
 * A random sample of the stories before and after learning, whatever other sets hold.
 * @throws bad input where the run was not evaluated before and after learning
 */
export function composeReportSet(db: RunDatabase, wanted: number): NewSet {
    const { id: run, name } = readSummary(db, 0);
    const phases = beforeAndAfter(db);
    if (phases === null)
        throw badInput('The run was not evaluated before and after learning, so there are no stories to rate blind.');
    const createdAt = phases[1].at;
    return sampleGainSet(db, {
        id: idOf(createdAt, [run, wanted, ...phases.map(({ digest }) => digest)]),
        name: `Report on ${name}`,
        seed,
        createdAt,
        rubric: teacherRubric(db),
        wanted,
        taken: new Set<number>(),
    });
}

/** Names rubric, stories and order, to the letter. */
export function reportSetDigest({ rubric, stories, order }: Pick<NewSet, 'rubric' | 'stories' | 'order'>): string {
    const shown = stories.map(({ id, run, episode, prompt, story }) => [id, run, episode, prompt, story]);
    return createHash('sha256')
        .update(JSON.stringify([rubricDigest(rubric), shown, order]))
        .digest('hex');
}

/** A ULID that the same run, evaluations and number always have. */
function idOf(at: number, of: readonly (string | number)[]): string {
    let id = '';
    for (let i = 0, time = at; i < 10; i++, time = Math.floor(time / 32)) id = idDigits[time % 32]! + id;
    const digest = createHash('sha256').update(JSON.stringify(of)).digest();
    return id + Array.from(digest.subarray(0, 16), (byte) => idDigits[byte % 32]!).join('');
}
