/** The episodes of a run that fit, whole, in the order of recording: what the app asks for page by page. */
import { readEpisode, type RecordedEpisode } from '../../../src/main/store/run/stories/episodes.ts';
import type { RunDatabase } from '../../../src/main/store/connection/statements.ts';
import { storyIds } from '../../../src/main/store/run/stories/story-lists.ts';
import type { StoryFilter } from '../../../src/shared/run/story-filter.ts';

export function episodesIn(db: RunDatabase, fits: StoryFilter = {}): readonly RecordedEpisode[] {
    const ids = storyIds(db, { ...fits, sort: 'recorded', descending: false });
    return Array.from(ids, (id) => readEpisode(db, id));
}
