/**
 * Answers an engine's questions to the cache of ratings, which is opened for the first one. In a data folder that is
 * read-only nothing is remembered.
 */
import type { EngineCommand, EngineEvent } from '../../../shared/contracts/engine.ts';
import type { Clock } from '../../store/connection/lease.ts';
import type { Workshop } from '../../store/home/workshop.ts';
import { openRatingCache, type RatingCache } from '../../store/home/rating-cache.ts';

export interface RatingMemory {
    /** The answer to a `recall`. A `remember` is stored; it and all other events get no answer (undefined). */
    answer(event: EngineEvent): EngineCommand | undefined;
    close(): void;
}

export function ratingMemory({ home, mayWrite }: Pick<Workshop, 'home' | 'mayWrite'>, clock: Clock): RatingMemory {
    let cache: RatingCache | null = null;
    const opened = (): RatingCache => (cache ??= openRatingCache(home, clock));
    return {
        answer(event) {
            if (!mayWrite)
                return event.type === 'recall' ? { type: 'recalled', found: event.keys.map(() => null) } : undefined;
            if (event.type === 'recall') return { type: 'recalled', found: opened().recall(event.keys) };
            if (event.type === 'remember') opened().remember(event.ratings);
            return undefined;
        },
        close() {
            cache?.close();
            cache = null;
        },
    };
}
