/** Stories are rated while others are written, and the results do not change. */
import { expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { evaluateCleanly } from '../../src/main/engine/stories/clean-evaluation.ts';
import { rateWhileWriting } from '../../src/main/engine/stories/rate-while-writing.ts';
import type { StoryWriter, WrittenStory } from '../../src/main/engine/stories/writing.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { openServerTeacher } from '../../src/main/teacher/server/server-teacher.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { chatServer, countingJudge, json, says, type ChatServer, type Judge } from '../teacher/chat-server.ts';

const prompt = 'Once';
const streams = Array.from({ length: 10 }, (_, i) => new RandomStream('story', i));

/** Writes `size` stories at a time; before each further chunk it waits for `between`. */
function writerOf(size: number, between: (written: number) => Promise<void> = () => Promise.resolve()): StoryWriter {
    const write: StoryWriter['write'] = async (each, { onWritten } = {}) => {
        const stories: WrittenStory[] = [];
        for (let from = 0; from < each.length; from += size) {
            const chunk = each.slice(from, from + size).map((stream): WrittenStory => {
                const story = ' ran'.repeat(1 + stream.fork('words').integer(20));
                return { prompt, story, tokens: Int32Array.of(1), words: 1, rewardWords: 1, finished: true };
            });
            stories.push(...chunk);
            onWritten?.(chunk);
            if (stories.length < each.length) await between(stories.length);
        }
        return stories;
    };
    return { prompt, promptTokens: Int32Array.of(0), sideBySide: size, write, release: () => {} };
}

function open({ address }: ChatServer, reading: 'digits' | 'expected' = 'expected'): Promise<Teacher> {
    return openServerTeacher({
        place: { address, key: null },
        model: '',
        reading,
        inFlight: 4,
        rubric: { id: 'short', text: '{{student_completion}}', criteria: storytellerCriteria },
        sees: 'story',
        patience: { seconds: 10, retries: 0, waitMs: 1 },
    });
}

const how = { context: { update: 2, training: true, random: new RandomStream('run') }, seconds: () => 0 };

it('the teacher has a chunk before the next one is written', async () => {
    const answered = new Map<number, () => void>();
    const server = await chatServer(async (asked, response, count) => {
        await countingJudge(asked, response, count);
        answered.get(count - 1)?.(); // the first probes the server
    });
    const teacher = await open(server);
    // the second chunk waits for the ratings of the first: without overlap it would wait for ever
    const writer = writerOf(4, (written) => new Promise((resolve) => answered.set(written, resolve)));
    const progress: string[] = [];
    const { ratings } = await rateWhileWriting(writer, teacher, streams, {
        ...how,
        onProgress: (written, rated) => progress.push(`${written} ${rated}`),
    });
    expect(ratings).toHaveLength(10);
    expect(progress.at(-1)).toBe('10 10');
});

it('chunks and timing change no rating, also where the teacher draws', async () => {
    const drawing: Judge = async (asked, response) => {
        await new Promise((resolve) => setTimeout(resolve, asked.seed % 15)); // in another order than asked
        json(response, 200, { choices: [{ message: { content: `${asked.seed % 4} 1 ${(asked.seed >> 4) % 4}` } }] });
    };
    const teacher = await open(await chatServer(drawing), 'digits');
    const whole = await rateWhileWriting(writerOf(10), asOneBatch(teacher), streams, how);
    for (const size of [1, 3, 10]) {
        const { stories, ratings } = await rateWhileWriting(writerOf(size), teacher, streams, how);
        expect({ stories, ratings }).toEqual({ stories: whole.stories, ratings: whole.ratings });
    }
});

it('a teacher who compares the stories of a batch gets the batch whole', async () => {
    const teacher = await open(await chatServer(countingJudge));
    const seen: number[] = [];
    const comparing: Teacher = {
        ...asOneBatch(teacher),
        rate: (stories, context) => {
            seen.push(stories.length);
            return teacher.rate(stories, context);
        },
    };
    await rateWhileWriting(writerOf(3), comparing, streams, how);
    expect(seen).toEqual([10]);
});

it('a teacher lost in the middle is told of, once, when the student has written', async () => {
    const server = await chatServer((asked, response, count) => {
        if (count < 4) void says('1 1 1')(asked, response, count);
        else response.destroy();
    });
    const teacher = await open(server, 'digits');
    await expect(rateWhileWriting(writerOf(2), teacher, streams, how)).rejects.toThrow(
        /^The teacher stopped answering \(no connection: [^)]+\); the run is paused and nothing is lost\./,
    );
});

it('an evaluation tells how many are rated, and may be left while a slow teacher rates', async () => {
    const teacher = await open(await chatServer(countingJudge));
    const place = { phase: 'before', update: 0, inputWords: 0, digest: '0'.repeat(64) } as const;
    const seeds = streams.map((_, i) => i);
    const told: string[] = [];
    const supervisor = {
        send: (event: EngineEvent) => void (event.type === 'phase' && told.push(`${event.phase} ${event.done}`)),
        commit: () => Promise.resolve(),
        now: () => 0,
        seconds: () => 0,
    };
    const fractions: number[] = [];
    const whole = await evaluateCleanly(writerOf(5), teacher, seeds, place, supervisor, (done) => fractions.push(done));
    expect(whole.ratings).toHaveLength(10);
    expect(told.filter((each) => each.startsWith('rating clean stories'))).toEqual(
        expect.arrayContaining(['1', '9', '10'].map((rated) => `rating clean stories ${rated}`)),
    );
    expect(fractions.at(-1)).toBe(1);

    const leave = new Error('enough');
    const leaving = (done: number): void => {
        if (done > 0.5 && done < 1) throw leave; // all are written, and not all are rated
    };
    await expect(evaluateCleanly(writerOf(5), teacher, seeds, place, supervisor, leaving)).rejects.toBe(leave);
});

/** The same teacher, who wants the stories of an update together. */
function asOneBatch(teacher: Teacher): Teacher {
    return { ...teacher, facts: { ...teacher.facts, ratesInChunks: false } };
}
