/** The student writes and the teacher rates, at the same time where the teacher can. */
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { RandomStream } from '../../learning/random.ts';
import type { RatingContext, Teacher } from '../../teacher/teacher.ts';
import type { StoryWriter, WrittenStory } from './writing.ts';

export interface WrittenAndRated {
    readonly stories: readonly WrittenStory[]; // (B)
    readonly ratings: readonly Rating[]; // (B)
    readonly seconds: {
        readonly writing: number;
        /** From the last story's end to the last rating. */
        readonly rating: number;
        /** From the first story handed to the teacher to the last rating: what overlaps with writing lies in both. */
        readonly ratingInAll: number;
    };
}

export interface RatingWhileWriting {
    readonly context: Omit<RatingContext, 'first' | 'onRated'>;
    readonly dropoutRate?: number;
    /** So many stories are written, so many are rated. */
    readonly onProgress?: (written: number, rated: number) => void;
    readonly seconds: () => number;
}

/**
 * One story per stream, and its rating. Chunk k is rated while chunk k + 1 is being written: the policy is the same for
 * all of them, so neither chunks nor timing change a result.
 */
export async function rateWhileWriting(
    writer: StoryWriter,
    teacher: Teacher,
    streams: readonly RandomStream[],
    { context, dropoutRate = 0, onProgress = () => {}, seconds }: RatingWhileWriting,
): Promise<WrittenAndRated> {
    let written = 0;
    let rated = 0;
    let handedOver: number | null = null;
    const onRated = (stories: number): void => onProgress(written, (rated += stories));
    const rating: Promise<readonly Rating[]>[] = [];
    const handOver = (chunk: readonly WrittenStory[], first: number): void => {
        handedOver ??= seconds();
        const ratings = teacher.rate(chunk, { ...context, first, onRated });
        ratings.catch(() => {}); // a teacher lost while the student writes is told of when the student is done
        rating.push(ratings);
    };

    const began = seconds();
    const stories = await writer.write(streams, {
        dropoutRate,
        onWritten(chunk) {
            if (teacher.facts.ratesInChunks) handOver(chunk, written);
            written += chunk.length;
            onProgress(written, rated);
        },
    });
    const wrote = seconds();
    if (!teacher.facts.ratesInChunks) handOver(stories, 0);
    const ratings = (await Promise.all(rating)).flat();
    const ended = seconds();
    return {
        stories,
        ratings,
        seconds: { writing: wrote - began, rating: ended - wrote, ratingInAll: ended - (handedOver ?? ended) },
    };
}
