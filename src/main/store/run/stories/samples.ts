/** Reads one story of a clean evaluation with everything that was recorded of it. */
import { badInput } from '../../../../shared/faults.ts';
import type { WholeSample } from '../../../../shared/views/stories.ts';
import { uint16sOf } from '../../connection/blobs.ts';
import { readOne, type RunDatabase } from '../../connection/statements.ts';
import { ratingsOf } from '../ratings/ratings.ts';

export interface RecordedSample {
    readonly whole: WholeSample;
    readonly tokens: Uint16Array; // (T)
}

/** @throws bad input where the run has none in that row */
export function readSample(db: RunDatabase, id: number): RecordedSample {
    const row = readOne<SampleRow>(
        db,
        `SELECT sample.id AS sample, prompt.text AS prompt, sample.story, sample.tokens, sample.finished, rated.total,
                rated.rating
         FROM sample JOIN prompt ON prompt.id = sample.prompt JOIN rated_sample AS rated ON rated.id = sample.id
         WHERE sample.id = @id`,
        { id },
        { finished: 'flag' },
    );
    if (!row) throw badInput(`There is no story of an evaluation in row ${id} of this run.`);
    const { rating, tokens, ...sample } = row;
    const ratings = ratingsOf(db, 'sample', id);
    const own = ratings.find((each) => each.id === rating);
    const scores = own === undefined || own.total === null ? null : own.scores;
    return { whole: { ...sample, ratings, scores }, tokens: uint16sOf(tokens) };
}

interface SampleRow extends Pick<WholeSample, 'sample' | 'prompt' | 'story' | 'finished' | 'total'> {
    readonly tokens: Uint8Array;
    readonly rating: number | null;
}
