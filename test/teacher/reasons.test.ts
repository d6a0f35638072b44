import { afterAll, expect, it } from 'vitest';
import { reasonsFor, reasonWords, type ScoreReason } from '../../src/shared/ratings/reasons.ts';
import { reasonsOf } from '../../src/main/teacher/reasons.ts';
import type { StoryToRate, Teacher } from '../../src/main/teacher/teacher.ts';
import { openNamed } from './open-named.ts';
import { goodStories, prompt } from './stories.ts';

const opened: Teacher[] = [];
afterAll(() => Promise.all(opened.map((teacher) => teacher.release())));
async function teacherOf(name: string): Promise<Teacher> {
    const teacher = await openNamed(name);
    opened.push(teacher);
    return teacher;
}
const told = (story: string): StoryToRate => ({ prompt, story, finished: true });
const wordsOf = async (teacher: Teacher, story: string, criterion: string): Promise<readonly string[]> =>
    reasonsFor(criterion, await teacher.explain!(told(story))).map(({ words }) => words);

it('says how far each measure moves a story that is otherwise as people’s are', () => {
    const rate = ({ a, b }: { a: number; b: number }) => ({ x: a * 2, y: b });
    expect(reasonsOf({ a: 1, b: 3 }, { a: 2, b: 3 }, rate)).toEqual([
        { measure: 'a', value: 1, usual: 2, lost: { x: 2 } },
    ]);
});

it('says why a measure of reading moves another criterion, and only where it does so by reading', () => {
    const surprise = (creativity: number): ScoreReason => ({
        measure: 'surprise',
        value: 1,
        usual: 2,
        lost: { readability: -0.4, creativity },
    });
    const told = (creativity: number, criterion: string): string =>
        reasonsFor(criterion, [surprise(creativity)])[0]!.words;
    const plain = 'its kinds of words follow each other in a more usual order than people’s';
    expect(told(-0.2, 'creativity')).toBe(`${plain}: easier to follow`);
    expect(told(0.2, 'creativity')).toBe(plain); // dull
    expect(told(-0.2, 'readability')).toBe(plain);
});

const whole = goodStories[0]!;
it.each(['rules', 'reader'])('%s names the fault that was put into a story', async (name) => {
    const teacher = await teacherOf(name);
    const sentence = 'The fox went to the river and drank.';
    const again = await wordsOf(teacher, Array.from({ length: 6 }, () => sentence).join(' '), 'creativity');
    expect(again.some((words) => /repeats|same few words|again and again|begin alike/u.test(words))).toBe(true);
    const short = await wordsOf(teacher, 'The fox slept.', 'coherence');
    expect(short).toContain('it is short');
    expect(await wordsOf(teacher, whole, 'readability')).not.toContain('some of its words do not exist');
    const broken = whole.replaceAll(/\b(\w)(\w{4,})\b/gu, '$2$1q');
    expect((await wordsOf(teacher, broken, 'readability')).join()).toMatch(
        /do not exist|stumble|unexpected|unlikely kind|new to English/u,
    );
});

it('has words for every measure of both teachers', async () => {
    for (const name of ['rules', 'reader']) {
        const reasons = await (await teacherOf(name)).explain!(told('A fox a fox the the. it goed and blorf'));
        expect(reasons.length).toBeGreaterThan(3);
        for (const reason of reasons) expect(reasonWords(reason), reason.measure).not.toBeNull();
    }
});

it('a teacher that cannot tell has no reasons', async () => {
    expect((await teacherOf('random')).explain).toBeUndefined();
});
