/** A story as a citation: its text, then its source. */
import type { RunRow } from '../../../shared/views/runs.ts';
import type { StoryRow } from '../../../shared/views/stories.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import { counted, measured } from './words.ts';

export function citation(row: Pick<RunRow, 'name' | 'run'>, story: StoryRow, criteria: readonly Criterion[]): string {
    const scores =
        story.scores === null
            ? 'rating unreadable'
            : criteria.map(({ id, name }) => `${name.toLowerCase()} ${measured(story.scores![id] ?? 0, 1)}`).join(', ');
    return `“${story.prompt}${story.prompt.endsWith(' ') ? '' : ' '}${story.story.trim()}”\n— ${row.name} (${row.run}), update ${story.update}, episode ${story.number}; ${scores}; ${counted(story.words, 'word')}, log-ratio ${measured(story.kl)} nats.`;
}
