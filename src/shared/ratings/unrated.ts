/** A mean says of how many stories it is, and why not of the others. */
import { countedStories } from '../text/numbers.ts';
import { quotable } from '../text/quoting.ts';

/** "3 of 20 stories could not be rated; of the first the teacher said “…”."; null where all were. */
export function unratedWords(
    ratings: readonly { readonly kind: 'scored' | 'unreadable'; readonly reply?: string | undefined }[],
): string | null {
    const unrated = ratings.filter(({ kind }) => kind === 'unreadable');
    if (unrated.length === 0) return null;
    const said = quotable(unrated[0]!.reply ?? '', 200);
    return `${unrated.length} of ${countedStories(ratings.length)} could not be rated; of the first the teacher said ${said === '' ? 'nothing' : `“${said}”`}.`;
}

/** "17 of 20 stories", or "20 stories" where all were rated. */
export function ratedOf(rated: number, all: number): string {
    return `${rated === all ? '' : `${rated} of `}${countedStories(all)}`;
}
