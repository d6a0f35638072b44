/** Pure rules of the rating desk: which criterion or story is next, and how long is left. */
import type { DeskItem, DeskView } from '../../shared/ratings/rating-sets.ts';
import type { Criterion } from '../../shared/ratings/rubric.ts';

export type Scores = DeskItem['mine']['scores'];
export type ItemState = DeskView['items'][number];

/** The whole scores that a criterion takes, from the lowest up. */
export function levelsOf({ min, max }: Pick<Criterion, 'min' | 'max'>): readonly number[] {
    const [lowest, highest] = [Math.ceil(min), Math.floor(max)];
    return Array.from({ length: Math.max(0, highest - lowest + 1) }, (_, i) => lowest + i);
}

/** The scores that have a key of their own: those of all criteria from 0 to 9. */
export function keyedScores(criteria: readonly Criterion[]): readonly number[] {
    const all = new Set(criteria.flatMap((criterion) => levelsOf(criterion)));
    return [...all].filter((score) => score >= 0 && score <= 9).sort((a, b) => a - b);
}

/** The criterion that waits for a score; null where all have one. */
export function waitingCriterion(criteria: readonly Criterion[], scores: Scores): Criterion | null {
    return criteria.find(({ id }) => scores[id] === undefined) ?? null;
}

/** Without the score that was given last. */
export function erased(criteria: readonly Criterion[], scores: Scores): Scores {
    const last = criteria.findLast(({ id }) => scores[id] !== undefined);
    return Object.fromEntries(Object.entries(scores).filter(([id]) => id !== last?.id));
}

/** The position, from 1, of the next item in that state, starting after `after`; null if there is none. */
export function nextIn(items: readonly ItemState[], after: number, state: ItemState): number | null {
    const found = items.indexOf(state, after);
    const index = found === -1 ? items.indexOf(state) : found;
    return index === -1 ? null : index + 1;
}

/** Minutes for what is open at the middle pace of the stories rated now; null before there are three. */
export function minutesLeft(dwellsMs: readonly number[], open: number): number | null {
    if (dwellsMs.length < 3) return null;
    const middle = dwellsMs.toSorted((a, b) => a - b)[dwellsMs.length >> 1]!;
    return Math.max(1, Math.round((middle * open) / 60_000));
}

/** "agreement-1", or the first number that no set has yet. */
export function freshSetName(sets: readonly { readonly name: string }[]): string {
    const taken = new Set(sets.map(({ name }) => name));
    for (let i = 1; ; i++) if (!taken.has(`agreement-${i}`)) return `agreement-${i}`;
}
