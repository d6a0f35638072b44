/** Lets the student write and the teacher rate, at the same time if the teacher can rate a part of a batch. */
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { RandomStream } from '../../learning/random.ts';
import type { RatingContext, Teacher } from '../../teacher/teacher.ts';
import type { StoryWriter, WrittenStory } from './writing.ts';

export interface WrittenAndRated {
    readonly stories: readonly WrittenStory[]; // (B)
    readonly ratings: readonly Rating[]; // (B)
    readonly seconds: {
        readonly writing: number;
        /** Seconds from the end of the last story to the last rating. */
        readonly rating: number;
    };
}

export interface RatingWhileWriting {
    readonly context: Omit<RatingContext, 'first' | 'onRated'>;
    readonly dropoutRate?: number;
    /** Called with how many stories are written and how many are rated. */
    readonly onProgress?: (written: number, rated: number) => void;
    readonly seconds: () => number;
}

/**
 * Writes one story per stream and has it rated. Chunk k is rated while chunk k + 1 is being written. All are written by
 * the same policy, so neither chunks nor timing change a result.
 */
export async function rateWhileWriting(
    writer: StoryWriter,
    teacher: Teacher,
    streams: readonly RandomStream[],
    { context, dropoutRate = 0, onProgress = () => {}, seconds }: RatingWhileWriting,
): Promise<WrittenAndRated> {
    let written = 0;
    let rated = 0;
    const onRated = (stories: number): void => onProgress(written, (rated += stories));
    const rating: Promise<readonly Rating[]>[] = [];
    const handOver = (chunk: readonly WrittenStory[], first: number): void => {
        const ratings = teacher.rate(chunk, { ...context, first, onRated });
        ratings.catch(() => {}); // thrown below, once the student has finished writing
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
        seconds: { writing: wrote - began, rating: ended - wrote },
    };
}
