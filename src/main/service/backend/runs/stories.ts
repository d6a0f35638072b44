/**
 * Answers a page about stories: finds, filters and sorts them, reads one in full, and picks those typical of an update.
 */
import type { Checked } from '../../../../shared/contracts/app.ts';
import type { StoryRow, UpdateStories, WholeStory } from '../../../../shared/views/stories.ts';
import { readSample } from '../../../store/run/stories/samples.ts';
import { readEpisode } from '../../../store/run/stories/episodes.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import { recordOpenRating } from '../../../store/run/ratings/ratings.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { ratedIds, storyIds, storyRows } from '../../../store/run/stories/story-lists.ts';
import { lastUpdate } from '../../../store/run/updates.ts';
import { tokenizerOf, tokenTexts } from '../../reports/run/token-texts.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';

const orders = 6; // results of searches that are kept

export function storyHandlers(
    runs: OpenRuns,
    clock: Clock,
): Pick<Handlers, 'stories.find' | 'story.read' | 'sample.read' | 'story.rate' | 'run.stories'> {
    const known = new Map<string, Uint32Array>(); // by question and last update; the least recently used first

    /** Scrolling asks the same question again and again, so its answer is kept as row ids until the run has grown. */
    function idsOf(db: RunDatabase, { offset: _, limit: __, run, ...query }: Checked<'stories.find'>): Uint32Array {
        const key = JSON.stringify([run, lastUpdate(db)?.id ?? 0, query]);
        const ids = known.get(key) ?? storyIds(db, query);
        known.delete(key);
        known.set(key, ids);
        if (known.size > orders) known.delete(known.keys().next().value!);
        return ids;
    }
    function read(run: string, episode: number): WholeStory {
        return runs.read(run, (db, { folder }) => {
            const { tokens, trace, ...story } = readEpisode(db, episode);
            return { ...story, trace: trace && { ...trace, texts: tokenTexts(tokenizerOf(db, folder), tokens) } };
        });
    }

    return {
        'stories.find': (request) =>
            runs.read(request.run, (db) => {
                const ids = idsOf(db, request);
                const { offset, limit } = request;
                return { total: ids.length, offset, rows: storyRows(db, ids.subarray(offset, offset + limit)) };
            }),
        'story.read': ({ run, episode }) => read(run, episode),
        'sample.read': ({ run, sample }) => runs.read(run, (db) => readSample(db, sample).whole),
        'story.rate': ({ run, episode, rater, scores }) => {
            runs.read(run, (db) => readEpisode(db, episode)); // throws where there is none
            runs.write(run, (db) => recordOpenRating(db, rater, { episode, scores, at: clock() }));
            return read(run, episode);
        },
        'run.stories': ({ run, update }) => runs.read(run, (db) => standingFor(db, update ?? lastUpdate(db)?.number)),
    };
}

function standingFor(db: RunDatabase, update: number | undefined): UpdateStories | null {
    if (update === undefined) return null;
    const rated = ratedIds(db, update);
    const at = (place: number): StoryRow | null => {
        const id = rated.at(place);
        return id === undefined ? null : storyRows(db, [id])[0]!;
    };
    return { update, best: at(-1), median: at(rated.length >> 1), worst: at(0) };
}
