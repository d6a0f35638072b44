/**
 * Rates stories of a run again. The ratings are recorded beside the first ones, under another rater. Stories that this
 * rater has rated are skipped, so that starting again is also how to continue.
 */
import type { EngineCommand, EngineEvent } from '../../../shared/contracts/engine.ts';
import { badInput } from '../../../shared/faults.ts';
import { countedStories } from '../../../shared/text/numbers.ts';
import { RandomStream } from '../../learning/random.ts';
import { recordEvent } from '../../store/run/attempts.ts';
import { acquireLease, releaseLease, type Clock, type Lease } from '../../store/connection/lease.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { registerRater } from '../../store/run/ratings/ratings.ts';
import {
    episodeKeys,
    isRatedBy,
    readStory,
    recordReratings,
    sampleKeys,
    type StoryKey,
} from '../../store/run/ratings/rerating.ts';
import type { RunFolder } from '../../store/home/run-folder.ts';
import { transaction } from '../../store/connection/statements.ts';
import type { TaskEnd } from './engine-session.ts';
import { keepRenewing } from './renewing-lease.ts';
import { isLocked } from './waiting-for-lock.ts';

export const storyChoices = ['all', 'episodes', 'evaluations'] as const;

export interface WhatToRate {
    readonly stories: (typeof storyChoices)[number];
    /** At most how many stories to rate, drawn by the seed; null: all. */
    readonly sample: number | null;
    readonly seed: number;
    /** How many stories the engine gets at a time. */
    readonly together: number;
}

export interface Rescoring {
    /** Records an event, and returns the answer to one that wants an answer. */
    record(event: EngineEvent): EngineCommand | undefined;
    /** Gives the run back. While the database is locked it throws, and may be called again. */
    close(end: TaskEnd): void;
    /** Closes the database and leaves the run to its lease, which runs out by itself. */
    leave(): void;
    readonly summary: () => RescoringSummary;
}
export interface RescoringSummary {
    readonly rater: string;
    /** How many of the chosen stories (`of`) this rater has rated, now or before. */
    readonly rated: number;
    readonly of: number;
    /** How many were rated now, and how many of these could not be. */
    readonly fresh: number;
    readonly unreadable: number;
}

/** Takes the run's lease. @throws `run-busy` while another process works on it */
export function openRescoring(folder: RunFolder, what: WhatToRate, clock: Clock): Rescoring {
    const db = openRunDatabase(folder.database, { readonly: false });
    let lease: Lease;
    let wanted: readonly StoryKey[];
    try {
        lease = acquireLease(db, clock);
        wanted = choose(db, what);
        if (wanted.length === 0)
            throw badInput(
                'The run has no such stories yet; nothing was rated. Let it learn, or choose other stories.',
            );
    } catch (error) {
        db.close();
        throw error;
    }
    const stopRenewing = keepRenewing(lease);

    let rater = '';
    let waiting: StoryKey[] = [];
    let fresh = 0;
    let unreadable = 0;
    const summary = (): RescoringSummary => ({
        rater,
        rated: wanted.length - waiting.length,
        of: wanted.length,
        fresh,
        unreadable,
    });

    return {
        summary,
        record(event) {
            switch (event.type) {
                case 'rater':
                    for (const each of [event, ...(event.members ?? [])]) registerRater(lease, each.rater, each.rubric);
                    rater = event.rater.id;
                    waiting = wanted.filter((story) => !isRatedBy(db, rater, story));
                    return undefined;
                case 'next-stories': {
                    const stories = waiting.slice(0, what.together).map((story) => readStory(db, story));
                    return { type: 'stories', stories, done: wanted.length - waiting.length, of: wanted.length };
                }
                case 'rerated': {
                    const isOwn = ({ rating }: (typeof event.ratings)[number]): boolean => rating.rater === rater;
                    // a member of an ensemble may have rated the story before, on its own
                    const isNew = ({ rating, subject }: (typeof event.ratings)[number]): boolean =>
                        !isRatedBy(db, rating.rater, { subject, row: rating.story });
                    recordReratings(
                        lease,
                        event.ratings.filter((each) => isOwn(each) || isNew(each)),
                    );
                    const stories = event.ratings.filter(isOwn).length;
                    waiting = waiting.slice(stories);
                    fresh += stories;
                    unreadable += event.ratings.filter(
                        (each) => isOwn(each) && each.rating.kind === 'unreadable',
                    ).length;
                    return undefined;
                }
                default:
                    return undefined; // only shown, not recorded
            }
        },
        close(end) {
            stopRenewing();
            try {
                transaction(db, () => {
                    if (fresh > 0)
                        recordEvent(lease, 'rescored', `${countedStories(fresh)} by ${rater}`, {
                            ...summary(),
                            end: end.kind,
                        });
                    releaseLease(lease);
                });
            } catch (error) {
                if (!isLocked(error)) db.close(); // else it will be called again
                throw error;
            }
            db.close();
        },
        leave: () => void db.close(),
    };
}

/**
 * Stories of evaluations come first: there are few, and runs are compared by them. A sample takes a seed's stories
 * before and after together, or neither.
 */
function choose(db: Lease['db'], { stories, sample, seed }: WhatToRate): readonly StoryKey[] {
    const units = [
        ...(stories === 'episodes' ? [] : sampleKeys(db)),
        ...(stories === 'evaluations' ? [] : episodeKeys(db).map((key) => [key])),
    ];
    const drawn = new Set<readonly StoryKey[]>();
    let room = sample ?? Infinity;
    for (const place of new RandomStream('rescore', seed).permutation(units.length)) {
        const unit = units[place]!;
        if (unit.length > room) continue;
        drawn.add(unit);
        room -= unit.length;
    }
    return units.filter((unit) => drawn.has(unit)).flat();
}
