/** Digests of rubrics, by which ratings of one are told from those of another. */
import { createHash } from 'node:crypto';
import type { Rubric } from '../../shared/ratings/rubric.ts';

/** Of everything in a rubric that gives scores their meaning: text, criteria, ranges and weights. */
export function rubricDigest({ text, criteria }: Pick<Rubric, 'text' | 'criteria'>): string {
    const meaning = criteria.map(({ id, name, means, min, max, weight }) => [id, name, means, min, max, weight]);
    return createHash('sha256')
        .update(JSON.stringify([text, meaning]))
        .digest('hex');
}

/** Eight digits that stand in the id of a language model's ratings. Recorded runs hold them: they must never change. */
export function rubricMark({ text, criteria }: Pick<Rubric, 'text' | 'criteria'>): string {
    return createHash('sha256')
        .update(JSON.stringify([text, criteria]))
        .digest('hex')
        .slice(0, 8);
}
