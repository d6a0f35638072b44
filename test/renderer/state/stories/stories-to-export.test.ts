/** What the list of stories offers to export, the likeliest first. */
import { expect, it } from 'vitest';
import { queryOf } from '../../../../src/renderer/lib/story-query.ts';
import { storiesToExport } from '../../../../src/renderer/state/stories/stories-to-export.ts';

const query = queryOf(new Map([['text', 'dragon']]));
const shown = { run: 'owl', query, found: 1200, marked: [], beside: [] };

it('all that fit, by their filters and not by their order', () => {
    const choices = storiesToExport(shown);
    expect(choices).toEqual([
        {
            label: 'the 1,200 stories that fit',
            of: { subject: 'stories', run: 'owl', stories: { fits: { text: 'dragon' } } },
        },
    ]);
});

it('the marked ones before them, and the two side by side after them', () => {
    const choices = storiesToExport({ ...shown, found: 1, marked: [4, 9], beside: [31, 7] });
    expect(choices.map(({ label }) => label)).toEqual([
        'the 2 marked',
        'the 1 story that fits',
        'the two side by side',
    ]);
    expect(choices.map(({ of }) => of.subject === 'stories' && of.stories)).toEqual([
        { numbers: [4, 9] },
        { fits: { text: 'dragon' } },
        { episodes: [31, 7] },
    ]);
});
