/** What can be exported from the list of stories: the marked ones, all that fit, and the two that lie side by side. */
import type { StoryChoice } from '../../../shared/run/story-filter.ts';
import { filterOf, type StoryQuery } from '../../lib/story-query.ts';
import { count, counted } from '../../lib/text/words.ts';
import type { ExportChoice } from '../exchanges.svelte.ts';

interface ShownStories {
    readonly run: string;
    readonly query: StoryQuery;
    /** How many stories fit. */
    readonly found: number;
    /** Numbers of the marked stories. */
    readonly marked: readonly number[];
    /** The episodes that are read side by side; none where there are not two. */
    readonly beside: readonly number[];
}

/** The likeliest choice first. */
export function storiesToExport({ run, query, found, marked, beside }: ShownStories): readonly ExportChoice[] {
    const of = (label: string, stories: StoryChoice): ExportChoice => ({
        label,
        of: { subject: 'stories', run, stories },
    });
    return [
        ...(marked.length > 0 ? [of(`the ${count(marked.length)} marked`, { numbers: [...marked] })] : []),
        of(`the ${counted(found, 'story that fits', 'stories that fit')}`, { fits: filterOf(query) }),
        ...(beside.length > 0 ? [of('the two side by side', { episodes: [...beside] })] : []),
    ];
}
