/** A teacher with a memory in a real cache: nothing is asked twice, and what was said stays said. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { teacherMemory } from '../../src/main/engine/teachers/remembering.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { ratingMemory } from '../../src/main/service/sessions/rating-memory.ts';
import { openRatingCache } from '../../src/main/store/home/rating-cache.ts';
import { openServerTeacher } from '../../src/main/teacher/server/server-teacher.ts';
import { openTeacher, type TeacherMemory } from '../../src/main/teacher/open-teacher.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { chatServer, countingJudge, says, type Judge } from '../teacher/chat-server.ts';
import { openLlama } from '../teacher/llama/opening.ts';
import { modelFolder, writeModel } from '../teacher/llama/tiny-llama.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-memory-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const stories = Array.from({ length: 6 }, (_, i) => ({ prompt: 'Once', story: ' ran'.repeat(i + 1), finished: true }));
const context = { update: 1, training: true, random: new RandomStream('run', 1) };

/** As the engine's questions reach the cache, without the processes between. */
function memoryIn(home: string): TeacherMemory {
    const memory = ratingMemory({ home, mayWrite: true }, () => 0);
    onTestFinished(() => memory.close());
    return teacherMemory({
        send: (event) => void memory.answer(event),
        recall: (keys) => {
            const answer = memory.answer({ type: 'recall', keys: [...keys] });
            return Promise.resolve(answer?.type === 'recalled' ? answer.found : []);
        },
    });
}
const remembering = (teacher: Teacher, home: string): Teacher => memoryIn(home).remembering(teacher);

async function teacherOf(judge: Judge, reading: 'expected' | 'digits' = 'expected') {
    const server = await chatServer(judge);
    const teacher = await openServerTeacher({
        place: { address: server.address, key: null },
        model: '',
        reading,
        inFlight: 8,
        rubric: { id: 'short', text: '{{student_completion}}', criteria: storytellerCriteria },
        sees: 'story',
        patience: { seconds: 10, retries: 0, waitMs: 1 },
    });
    return { server, teacher };
}

it('asks only for what nobody has asked before, whole or in part', async () => {
    const home = mkdtempSync(join(root, 'home-'));
    const { server, teacher } = await teacherOf(countingJudge);
    const first = await remembering(teacher, home).rate(stories.slice(0, 4), context);
    expect(server.asked.length).toBe(1 + 4);
    const again = await remembering(teacher, home).rate(stories, context);
    expect(server.asked.length).toBe(1 + 6);
    expect(again.slice(0, 4)).toEqual(first); // probabilities, entropy and all
    server.close();
    expect(await remembering(teacher, home).rate(stories, context)).toEqual(again); // the teacher is gone
});

it('keeps apart what rubric, reading, seed or story make different, and what could not be read', async () => {
    const home = mkdtempSync(join(root, 'home-'));
    const { server, teacher } = await teacherOf(says('1 2 3'), 'digits');
    const other = await teacherOf(says('hm'), 'digits');
    await remembering(teacher, home).rate(stories.slice(0, 1), context);
    await remembering(teacher, home).rate(stories.slice(0, 1), { ...context, random: new RandomStream('run', 2) });
    await remembering(teacher, home).rate([{ ...stories[0]!, finished: false }], context);
    expect(server.asked.length).toBe(1 + 3);
    const renamed = { ...other.teacher, facts: { ...other.teacher.facts, id: 'another' } };
    expect(await remembering(renamed, home).rate(stories.slice(0, 1), context)).toEqual([
        { kind: 'unreadable', reply: 'hm' },
    ]);
});

it('a server whose model is named gets no request at all while everything is remembered, not even a probe', async () => {
    const home = mkdtempSync(join(root, 'home-'));
    const server = await chatServer(countingJudge, ['judge', 'other']);
    const open = (model: string): Promise<Teacher> =>
        openTeacher(composeConfig('improved', { teacher: `server#${model}`, 'teacher.retries': 0 }), {
            resources: 'resources',
            rubric: '{{student_completion}}',
            memory: memoryIn(home),
            places: { [`server#${model}`]: server.address },
            note: () => {},
            startTeacher: () => {
                throw new Error('no model in a file was asked for');
            },
            openReader: () => Promise.reject(new Error('no reader was asked for')),
        });
    const first = await open('judge');
    const ratings = await first.rate(stories, context);
    expect(server.asked.length).toBe(1 + stories.length);
    server.close();
    const again = await open('judge');
    expect(JSON.stringify(again.facts)).toBe(JSON.stringify(first.facts)); // functions apart
    expect(await again.rate(stories, context)).toEqual(ratings);
    await expect(again.rate([{ ...stories[0]!, story: ' new' }], context)).rejects.toThrow(
        /^The teacher stopped answering \(no connection: [^)]+\); the run is paused and nothing is lost\./,
    );
    await expect(open('other')).rejects.toThrow(/^The teacher’s server does not answer/); // never seen before
});

it('of a model in a file a batch is remembered whole: what was said of a story elsewhere answers for no other batch', async () => {
    const home = mkdtempSync(join(root, 'home-'));
    const llama = await openLlama(writeModel(modelFolder(onTestFinished)));
    const asked: number[] = [];
    const counting: Teacher = {
        ...llama,
        rate(batch, how) {
            asked.push(batch.length);
            return llama.rate(batch, how);
        },
    };
    const fresh = await llama.rate(stories, context);
    await remembering(counting, home).rate(stories.slice(0, 4), context);
    // four of the six are known from another batch; their numbers were another composition's
    expect(await remembering(counting, home).rate(stories, context)).toEqual(fresh);
    expect(await remembering(counting, home).rate(stories, context)).toEqual(fresh);
    await remembering(counting, home).rate(stories.toReversed(), context);
    // nothing is drawn for this reading: another seed is the same question
    await remembering(counting, home).rate(stories, { ...context, random: new RandomStream('run', 2) });
    expect(asked).toEqual([4, 6, 6]);
    await llama.release();
});

it('a damaged cache is set aside: it costs time and no run', () => {
    const home = mkdtempSync(join(root, 'home-'));
    writeFileSync(join(home, 'ratings.sqlite'), 'no database at all, but long enough to be looked at as one');
    const cache = openRatingCache(home, () => 0);
    cache.remember([{ key: 'a', rating: '{"said":1}' }]);
    cache.remember([{ key: 'a', rating: '{"said":2}' }]); // what was used once is never replaced
    expect(cache.recall(['a', 'b'])).toEqual(['{"said":1}', null]);
    cache.close();
    expect(readdirSync(home)).toContain('ratings.sqlite.damaged');
});
