/** Quirk T2: what becomes of a reply that cannot be read, under `improved` and as published. */
import { expect, it } from 'vitest';
import { teacherWords, wasAskedAgain } from '../../src/main/engine/learning/rewarding.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { askingTwice } from '../../src/main/teacher/asking-twice.ts';
import { openTeacher } from '../../src/main/teacher/open-teacher.ts';
import type { RatingStatistics, Teacher } from '../../src/main/teacher/teacher.ts';
import { composeConfig, type ConfigKey } from '../../src/shared/run/config.ts';
import type { PresetName } from '../../src/shared/settings/field.ts';
import { chatServer, json, type ChatServer, type Judge } from './chat-server.ts';

const context = { update: 1, training: true, random: new RandomStream('run') };
const story = (words: number): { prompt: string; story: string; finished: boolean } => ({
    prompt: 'Once',
    story: ' ran'.repeat(words),
    finished: true,
});

function open(
    { address }: ChatServer,
    preset: PresetName,
    settings: Partial<Record<ConfigKey, string>> = {},
): Promise<Teacher> {
    const given = { teacher: 'server', 'teacher.rubric': 'short', 'teacher.retries': 0, 'teacher.cache': 'off' };
    return openTeacher(composeConfig(preset, { ...given, 'teacher.reading': 'paper-text', ...settings }), {
        resources: 'resources',
        rubric: '{{student_completion}}',
        places: { server: address },
        note: () => {},
        startTeacher: () => {
            throw new Error('no model in a file was asked for');
        },
        openReader: () => Promise.reject(new Error('no reader was asked for')),
    });
}

/** Cannot be read at first: stories of three words and of five; at the second try that of three can. */
const moody: Judge = (asked, response) => {
    const words = asked.messages[0]!.content.match(/\bran\b/g)?.length;
    const isSecond = asked.seed !== 42;
    const unread = (words === 3 && !isSecond) || words === 5;
    const content = unread ? (isSecond ? 'Oh my!' : 'What a fine tale!') : `${words} 1 1`;
    json(response, 200, { choices: [{ message: { content } }] });
};

it('is asked for once more, with another seed; nothing else is', async () => {
    const server = await chatServer(moody);
    const teacher = await open(server, 'improved');
    const rated: number[] = [];
    const ratings = await teacher.rate([story(2), story(3), story(1), story(5)], {
        ...context,
        onRated: (stories) => rated.push(stories),
    });
    expect(ratings).toMatchObject([
        { scores: { readability: 2 }, reply: '2 1 1' },
        { scores: { readability: 3 }, reply: '3 1 1', firstReply: 'What a fine tale!' },
        { scores: { readability: 1 }, reply: '1 1 1' },
        { kind: 'unreadable', reply: 'Oh my!', firstReply: 'What a fine tale!' },
    ]);
    expect(ratings[0]).not.toHaveProperty('firstReply');
    expect(server.asked.slice(1).map(({ seed }) => seed)).toEqual([42, 42, 42, 42, 43, 43]);
    expect(rated).toEqual([1, 1, 1, 1]); // each story once
    expect(teacherWords(ratings)).toBe(3 + (4 + 3) + 3 + (4 + 2)); // what it said in vain was said too
    expect(teacher.facts.wordsPerStory).toBe(2 * 6);
});

it('costs the words of every reply where it is one of several teachers, and is counted there too', async () => {
    const server = await chatServer(moody);
    const teacher = await open(server, 'improved', { teacher: 'server+random' });
    const ratings = await teacher.rate([story(2), story(3), story(5)], context);
    expect(ratings.map(({ members }) => members![0]!.firstReply)).toEqual([
        undefined,
        'What a fine tale!',
        'What a fine tale!',
    ]);
    expect(ratings.map(wasAskedAgain)).toEqual([false, true, true]);
    const numbers = 3; // those of `random`, beside each
    expect(ratings.map((rating) => teacherWords([rating]))).toEqual([
        3 + numbers,
        4 + 3 + numbers,
        4 + 2 + numbers, // no mean, but it was said
    ]);
    expect(teacher.facts.wordsPerStory).toBe(2 * 6 + 3);
});

it.each([
    ['as published', 'paper', {}],
    ['where the switch says so', 'improved', { 'teacher.unreadable': 'exclude' }],
] as const)('stays what it was %s', async (_, preset, settings) => {
    const server = await chatServer(moody);
    const teacher = await open(server, preset, settings);
    const [rating] = await teacher.rate([story(3)], context);
    expect(rating).toMatchObject({ kind: 'unreadable', reply: 'What a fine tale!' });
    expect(server.asked.length).toBe(1 + 1);
    expect(teacher.facts.wordsPerStory).toBe(6);
});

it('is not asked for again where nothing is drawn, nor what a server refuses to read', async () => {
    const mute = await chatServer((_, response) => json(response, 200, { choices: [{ message: { content: 'no' } }] }));
    const sure = await open(mute, 'improved', { 'teacher.reading': 'expected' });
    const before = mute.asked.length;
    expect(await sure.rate([story(3)], context)).toMatchObject([{ kind: 'unreadable', reply: 'no' }]);
    expect(mute.asked.length).toBe(before + 1);

    const small = await chatServer((asked, response, count) => {
        if (asked.messages[0]!.content.length < 20 || count === 1) void moody(asked, response, count);
        else json(response, 400, { error: { message: 'maximum context length is 8 tokens' } });
    });
    const teacher = await open(small, 'improved');
    const refused = await teacher.rate([story(9)], context);
    expect(refused).toMatchObject([{ kind: 'unreadable', refused: true }]);
    expect(teacherWords(refused)).toBe(0); // the reason is ours
    expect(small.asked.length).toBe(1 + 1);
});

it('keeps every fact of the teacher it asks but what a story can cost', async () => {
    const plain = await open(await chatServer(moody), 'improved', { 'teacher.unreadable': 'exclude' });
    const facts = { ...plain.facts, ratesTogether: true as const, members: [plain.facts] };
    const statistics = (): RatingStatistics => ({ stories: 1, tokens: 2, seconds: 3, modelSeconds: 4 });
    const twice = askingTwice({ ...plain, facts, statistics });
    expect(plain.facts.dependsOn?.([story(3)], context)).toEqual(['42']);
    expect(twice.facts).toEqual({ ...facts, wordsPerStory: 2 * facts.wordsPerStory });
    expect(twice.statistics).toBe(statistics);
});
