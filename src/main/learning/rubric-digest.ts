/** Digest of everything in a rubric that gives scores their meaning: text, criteria, ranges and weights. */
import { createHash } from 'node:crypto';
import type { Rubric } from '../../shared/ratings/rubric.ts';

export function rubricDigest({ text, criteria }: Pick<Rubric, 'text' | 'criteria'>): string {
    const meaning = criteria.map(({ id, name, means, min, max, weight }) => [id, name, means, min, max, weight]);
    return createHash('sha256')
        .update(JSON.stringify([text, meaning]))
        .digest('hex');
}
