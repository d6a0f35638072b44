/**
 * What each score of a criterion stands for, read from the text of a rubric: a line with the criterion's name alone,
 * and under it a line for each score.
 *
 *     Readability
 *     0: it cannot be read.
 *     3: grammar and spelling are right.
 *
 * Marks of Markdown around name and number, and empty lines between them, do not matter.
 */
import type { CriterionId, Rubric } from './rubric.ts';

/** By criterion, then by score. A criterion whose scores are not all told is left out. */
export type ScoreAnchors = Readonly<Record<CriterionId, Readonly<Record<number, string>>>>;

const scoreLine = /^[-*+]?\s*(?:\*\*)?(?<score>\d)(?:\*\*)?\s*(?:[:.)=–—-]|\*\*:?)\s*(?<means>.*\p{L}.*)$/u;
/** A name without what Markdown and a colon put around it. */
const bare = (line: string): string => line.replace(/^[\s#*_>\d.)-]+|[\s#*_:]+$/gu, '').toLowerCase();

export function anchorsOf({ criteria, text }: Pick<Rubric, 'criteria' | 'text'>): ScoreAnchors {
    const found = new Map<CriterionId, Record<number, string>>();
    let under: CriterionId | null = null;
    for (const line of text.split('\n').map((each) => each.trim())) {
        if (line === '') continue;
        const { score, means } = scoreLine.exec(line)?.groups ?? {};
        if (score === undefined) under = criteria.find(({ name }) => bare(name) === bare(line))?.id ?? null;
        else if (under !== null) found.set(under, { ...found.get(under), [Number(score)]: means! });
    }
    return Object.fromEntries(
        criteria.flatMap(({ id, min, max }) => {
            const told = found.get(id) ?? {};
            const isWhole = Array.from({ length: max - min + 1 }, (_, i) => min + i).every((score) => score in told);
            return isWhole ? [[id, told] as const] : [];
        }),
    );
}
