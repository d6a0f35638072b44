/** The filters of the story list, read from the address. */
import type { Params } from '../../shared/contracts/app.ts';
import type { StoryFilter } from '../../shared/run/story-filter.ts';

export type StoryQuery = Omit<Params<'stories.find'>, 'run' | 'offset' | 'limit'>;
export const sorts = [
    { sort: 'recorded', name: 'order written' },
    { sort: 'score', name: 'by score' },
    { sort: 'reward', name: 'by reward' },
    { sort: 'words', name: 'by length' },
    { sort: 'kl', name: 'by log-ratio' },
] as const;
type Sort = (typeof sorts)[number]['sort'];

export function queryOf(address: ReadonlyMap<string, string>): StoryQuery {
    const whole = (key: string): number | undefined => {
        const value = Number(address.get(key) || NaN);
        return Number.isInteger(value) && value > 0 ? value : undefined;
    };
    const [from, to, minWords, maxWords] = [whole('from'), whole('to'), whole('minWords'), whole('maxWords')];
    const least = Number(address.get('least') || NaN);
    const text = address.get('text')?.slice(0, 400);
    const ended = address.get('ended');
    const sort = sorts.find((each) => each.sort === address.get('sort'))?.sort ?? ('recorded' satisfies Sort);
    return {
        ...(text ? { text } : {}),
        ...(from ? { fromUpdate: from } : {}),
        ...(to ? { toUpdate: to } : {}),
        ...(Number.isFinite(least) ? { minScore: least } : {}),
        ...(minWords ? { minWords } : {}),
        ...(maxWords ? { maxWords } : {}),
        ...(ended === 'self' || ended === 'cut' ? { finished: ended === 'self' } : {}),
        ...(address.get('heat') === '1' ? { traced: true as const } : {}),
        sort,
        descending: address.get('order') !== 'up',
    };
}

/** A part of the address that takes every filter away and leaves the order as it is. */
export const withoutFilters = {
    text: undefined,
    from: undefined,
    to: undefined,
    least: undefined,
    minWords: undefined,
    maxWords: undefined,
    ended: undefined,
    heat: undefined,
} as const;

export function isFiltered(query: StoryQuery): boolean {
    return Object.keys(filterOf(query)).length > 0;
}

/** The question without its order. */
export function filterOf({ sort: _sort, descending: _descending, ...filter }: StoryQuery): StoryFilter {
    return filter;
}
