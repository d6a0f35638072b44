/** The task `check`: tests a teacher before it is used, on stories whose order of quality is known. */
import type { EngineTask, TeacherReport } from '../../../shared/contracts/engine.ts';
import { totalOf, type Rating } from '../../../shared/ratings/rubric.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { bootstrap } from '../../learning/statistics/bootstrap.ts';
import { RandomStream } from '../../learning/random.ts';
import type { StoryToRate, Teacher } from '../../teacher/teacher.ts';
import { writeStory } from '../../text/storyworld/storyworld.ts';
import { teacherWords } from '../learning/rewarding.ts';
import type { Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';

type CheckTask = Extract<EngineTask, { kind: 'check' }>;

const count = 40; // stories of each kind: an interval of about ±0.1, and a minute on a slow processor
const storyWords = 70;

export async function checkTeacher(task: CheckTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Outcome> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values: config } = readStoredConfig(task.config);
    // without remembered ratings and second tries, which would hide what the teacher does now
    const plain = { ...config, 'teacher.cache': 'off', 'teacher.unreadable': 'exclude' } as const;
    const teacher = await openTeacherOf(task, plain, supervisor);
    const random = new RandomStream('teacher check');
    const prompt = config['rollout.prompt'];
    const whole = Array.from({ length: count }, (_, i) => knownStory(random, i));
    const kinds = [
        whole,
        whole.map((story, i) => shuffled(story, sentences, random.fork('sentences', i))),
        whole.map((story, i) => shuffled(story, words, random.fork('words', i))),
        whole.map((_, i) => mixed(whole, i)),
    ];
    const stories = kinds.flat().map((story): StoryToRate => ({ prompt, story, finished: true }));

    let done = 0;
    const onRated = (more: number): void => {
        const of = 3 * stories.length;
        supervisor.send({ type: 'phase', phase: 'rating', done: (done += more), of });
        supervisor.send({ type: 'progress', done: done / of });
    };
    const rate = (those: readonly StoryToRate[]): Promise<readonly Rating[]> =>
        teacher.rate(those, { update: 0, training: false, random, onRated });
    const warm = await rate(stories); // also evaluates the rubric, which is not part of the speed
    const tokensBefore = teacher.statistics?.().tokens ?? 0;
    const began = supervisor.seconds();
    const again = await rate(stories);
    const seconds = supervisor.seconds() - began;
    const tokens = teacher.statistics ? teacher.statistics().tokens - tokensBefore : null;
    const otherOrder = (await rate(stories.toReversed())).toReversed();

    const totals = warm.map((rating) => totalOf(teacher.facts.rubric.criteria, rating));
    const scored = warm.flatMap((rating) => (rating.kind === 'scored' ? [rating] : []));
    const read = again.filter((rating) => rating.kind === 'scored' || !rating.refused); // refused ones take no time
    const { facts } = teacher;
    const report: TeacherReport = {
        id: facts.id,
        name: facts.name,
        rubric: facts.rubric.id,
        details: { ...facts.details },
        memory: facts.model?.memory ?? null,
        context: facts.model?.context ?? null,
        storiesPerSecond: read.length / seconds,
        tokensPerSecond: tokens === null ? null : tokens / seconds,
        // the prompt is charged once
        hoursPerMillionWords: teacherWords(again) === 0 ? null : (1e6 * seconds) / teacherWords(again) / 3600,
        stories: warm.length,
        unreadable: warm.length - scored.length,
        firstUnreadable: warm.find((rating) => rating.kind === 'unreadable')?.reply ?? null,
        offFormatMass: averageOf(scored.map(({ offFormatMass }) => offFormatMass)),
        entropy: averageOf(scored.map(({ entropy }) => entropy)),
        retest: { again: largestChange(warm, again, teacher), otherOrder: largestChange(warm, otherOrder, teacher) },
        order: orderOf(totals, random),
        examples: (['whole', 'sentences shuffled', 'words shuffled'] as const).map((kind, k) => {
            const rating = warm[k * count]!;
            const { scores, probabilities = {} } = rating.kind === 'scored' ? rating : { scores: {} };
            return {
                kind,
                story: stories[k * count]!.story,
                total: totals[k * count] ?? null,
                scores: { ...scores },
                probabilities: Object.fromEntries(Object.entries(probabilities).map(([id, each]) => [id, [...each]])),
            };
        }),
    };
    supervisor.send({ type: 'checked', report });
    await teacher.release();
    return { kind: 'finished', why: 'the teacher is checked' };
}

/** A story of the built-in world, cut after the sentence that makes it long enough. */
function knownStory(random: RandomStream, index: number): string {
    const written = sentences.split(writeStory(random, index));
    const chosen: string[] = [];
    while (chosen.length < written.length && chosen.join(' ').split(' ').length < storyWords)
        chosen.push(written[chosen.length]!);
    return chosen.join(' ');
}

interface Pieces {
    split(story: string): readonly string[];
}
const sentences: Pieces = { split: (story) => story.trim().split(/(?<=[.!?]["']?)\s+/u) };
const words: Pieces = { split: (story) => story.trim().split(/\s+/u) };

function shuffled(story: string, pieces: Pieces, random: RandomStream): string {
    const each = pieces.split(story);
    return Array.from(random.permutation(each.length), (i) => each[i]!).join(' ');
}

/** A story whose sentences come from different stories, one from each of those that follow. */
function mixed(stories: readonly string[], first: number): string {
    const own = sentences.split(stories[first]!);
    const others = own.map((_, at) => sentences.split(stories[(first + at) % stories.length]!));
    return others.map((other, at) => other[Math.min(at, other.length - 1)]!).join(' ');
}

function largestChange(before: readonly Rating[], after: readonly Rating[], teacher: Teacher): number {
    const { criteria } = teacher.facts.rubric;
    const changes = before.map((rating, i) => {
        const [first, second] = [totalOf(criteria, rating), totalOf(criteria, after[i]!)];
        return first === null || second === null ? 0 : Math.abs(first - second);
    });
    return Math.max(...changes);
}

/** P(whole > shuffled) over all pairs of stories (area under the curve), with its interval over stories. */
function orderOf(totals: readonly (number | null)[], random: RandomStream): TeacherReport['order'] {
    const rows = Array.from(
        { length: count },
        (_, i) => [totals[i], totals[count + i], totals[2 * count + i], totals[3 * count + i]] as const,
    ).filter((row): row is readonly [number, number, number, number] =>
        row.every((total) => typeof total === 'number'),
    );
    if (rows.length < 2) return null;
    const area = (drawn: Uint32Array, kind: 1 | 2 | 3): number => {
        let won = 0;
        for (const a of drawn) for (const b of drawn) won += (Math.sign(rows[a]![0] - rows[b]![kind]) + 1) / 2;
        return won / drawn.length ** 2;
    };
    const [overShuffledSentences, overShuffledWords, overOtherStories] = bootstrap(
        rows.length,
        (drawn) => [area(drawn, 1), area(drawn, 2), area(drawn, 3)],
        {
            random: random.fork('interval'),
        },
    )!;
    return {
        overShuffledSentences: overShuffledSentences!,
        overShuffledWords: overShuffledWords!,
        overOtherStories: overOtherStories!,
        stories: rows.length,
    };
}

function averageOf(values: readonly (number | undefined)[]): number | null {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
