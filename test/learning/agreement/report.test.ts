import { describe, expect, it } from 'vitest';
import { reportInWords } from '../../../src/main/learning/agreement/in-words.ts';
import { pairMeasure } from '../../../src/main/learning/agreement/pair.ts';
import { panelOf } from '../../../src/main/learning/agreement/panel.ts';
import type { RatingTable } from '../../../src/main/learning/agreement/rating-table.ts';
import { agreementReport } from '../../../src/main/learning/agreement/report.ts';
import { trendOverStages } from '../../../src/main/learning/agreement/trend.ts';
import { measureWithIntervals } from '../../../src/main/learning/agreement/resampling.ts';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { peoplesMean, type AgreementReport } from '../../../src/shared/ratings/agreement.ts';
import { naiveSpearman } from './oracle.ts';

const random = new RandomStream('test');

describe('intervals', () => {
    it(
        'hold the true kappa, rho and bias of two noisy raters in about 95 of 100 sets',
        { tags: ['simulation'] },
        () => {
            // both see the story's worth through noise of their own; the second is kinder
            const chances = [0, 1, 2, 3].flatMap((worth) =>
                [-1, 0, 1].flatMap((a) =>
                    [-1, 0, 1].map((b) => ({
                        first: Math.min(3, Math.max(0, worth + a)),
                        second: Math.min(3, Math.max(0, worth + b + (worth === 1 ? 1 : 0))),
                        chance: 0.25 * (a === 0 ? 0.6 : 0.2) * (b === 0 ? 0.6 : 0.2),
                    })),
                ),
            );
            const cumulative = chances.map((_, i) =>
                chances.slice(0, i + 1).reduce((sum, { chance }) => sum + chance, 0),
            );
            const draw = (stream: RandomStream): (typeof chances)[number] => {
                const place = stream.uniform();
                return chances[cumulative.findIndex((upTo) => place < upTo)] ?? chances.at(-1)!;
            };
            // the truth: the statistics of the whole distribution, every chance a count
            const whole = panelOf([
                Float64Array.from(chances, ({ first }) => first),
                Float64Array.from(chances, ({ second }) => second),
            ]);
            const weights = new Float64Array(whole.rows);
            // as good as infinitely many stories
            chances.forEach(({ chance }, i) => (weights[whole.rowOf[i]!]! += 1e7 * chance));
            const truth = new Float64Array(7);
            pairMeasure(whole, 0, 1).measure(weights, truth);

            const sets = 150;
            const held = [0, 0, 0, 0, 0, 0, 0];
            for (let set = 0; set < sets; set++) {
                const stream = random.fork('set', set);
                const stories = Array.from({ length: 80 }, () => draw(stream));
                const panel = panelOf([
                    Float64Array.from(stories, ({ first }) => first),
                    Float64Array.from(stories, ({ second }) => second),
                ]);
                const [measured] = measureWithIntervals([{ panel, measure: pairMeasure(panel, 0, 1) }], {
                    random: stream.fork('draws'),
                });
                measured!.forEach(({ low, high }, i) => (held[i]! += Number(low! <= truth[i]! && truth[i]! <= high!)));
            }
            for (const count of held) {
                expect(count / sets).toBeGreaterThan(0.9);
                expect(count / sets).toBeLessThanOrEqual(0.99);
            }
        },
    );

    it('are left out where too few draws have the number', () => {
        // a third of the draws is constant
        const panel = panelOf([Float64Array.of(0, 0, 0, 0, 1), Float64Array.of(0, 0, 0, 0, 1)]);
        const [measured] = measureWithIntervals([{ panel, measure: pairMeasure(panel, 0, 1) }], { random });
        expect(measured![0]).toEqual({ value: 1, low: null, high: null });
        expect(measured![4]).toEqual({ value: 0, low: 0, high: 0 });
    });
});

/** Stories of rising stage; `give` says what each rater gives to a story of this worth, 0–3. */
function tableOf(
    stories: number,
    raters: Readonly<Record<string, (worth: number, story: number) => number>>,
    teachers: readonly string[] = ['teacher'],
): RatingTable {
    const names = Object.keys(raters);
    const worth = Array.from({ length: stories }, (_, i) => random.fork('worth', i).integer(4));
    return {
        criteria: [{ id: 'plot', name: 'Plot', means: '', min: 0, max: 3, weight: 1 }],
        raters: names.map((id) => ({ id, kind: teachers.includes(id) ? 'teacher' : 'person' })),
        stories: worth.map((_, i) => ({
            id: String(i),
            words: 30 + (i % 37),
            stage: 1 + Math.floor((4 * i) / stories),
        })),
        ratings: names.flatMap((name, rater) =>
            worth.map((value, story) => ({
                story,
                rater,
                isRepeat: false,
                scores: { plot: Math.min(3, Math.max(0, raters[name]!(value, story))) },
            })),
        ),
    };
}

const noisy = (who: string, share: number) => (worth: number, story: number) => {
    const stream = random.fork(who, story);
    return stream.uniform() < share ? worth : worth + (stream.uniform() < 0.5 ? 1 : -1);
};
const wordsOf = (of: AgreementReport): string =>
    reportInWords(of)
        .map(({ text }) => text)
        .join(' ');
const report = (table: RatingTable): AgreementReport => agreementReport(table, { random: random.fork('report') });

describe('the report', () => {
    const table = tableOf(120, {
        ada: noisy('ada', 0.7),
        ben: noisy('ben', 0.7),
        cleo: noisy('cleo', 0.7),
        teacher: (worth, story) => noisy('teacher', 0.8)(worth, story) + (story >= 60 ? 1 : 0),
    });
    const [plot] = report(table).criteria;

    it('holds each person against the mean of the others, the teacher against the mean of all', () => {
        const person = plot!.pairs.find(({ raters }) => raters.join() === 'mean,ada')!;
        const scoresOf = (rater: number): number[] =>
            table.ratings.filter((rating) => rating.rater === rater).map(({ scores }) => scores['plot']!);
        const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
        const [ada, ben, cleo, teacher] = [0, 1, 2, 3].map((rater) => mean(scoresOf(rater))) as [
            number,
            number,
            number,
            number,
        ];
        expect(person.statistics.bias.value).toBeCloseTo(ada - (ben + cleo) / 2, 12);
        const judged = plot!.pairs.find(({ raters }) => raters.join() === 'mean,teacher')!;
        expect(judged.statistics.bias.value).toBeCloseTo(teacher - (ada + ben + cleo) / 3, 12);
        expect(plot!.pairs).toHaveLength(6 + 3 + 1);
    });

    it('tells what people and teacher give to stories of each length, the same stories on one side and the other', () => {
        const { bins, lines } = report(table).byLength!;
        expect([bins[0]![0], bins.at(-1)![1]]).toEqual([30, 66]);
        expect(lines.map(({ name }) => name)).toEqual(['mean', 'teacher']);
        const [people, teacher] = lines.map(({ sides }) => sides);
        expect(people!.map(({ stories }) => stories)).toEqual(teacher!.map(({ stories }) => stories));
        const total = people!.reduce((sum, { stories, score }) => sum + stories * score!.mean, 0);
        const given = table.ratings.filter(({ rater }) => rater < 3).map(({ scores }) => scores['plot']!);
        expect(total).toBeCloseTo(given.reduce((sum, score) => sum + score, 0) / 3, 9);
        const unknown = { ...table, stories: table.stories.map((story) => ({ ...story, words: null })) };
        expect(report(unknown).byLength).toBeNull();
    });

    it('sees a teacher that becomes kinder than people over training', () => {
        const [trend] = plot!.trends;
        expect(trend!.stages.map(({ stage, n }) => [stage, n])).toEqual([1, 2, 3, 4].map((stage) => [stage, 30]));
        expect(trend!.rho).toBeGreaterThan(0.3);
        expect(trend!.p).toBeLessThan(0.01);
        expect(trend!.stages[3]!.bias.value! - trend!.stages[0]!.bias.value!).toBeGreaterThan(0.4);
        expect(wordsOf(report(table))).toMatch(
            /becomes kinder over training on plot \(ρ\s0\.\d\d, p\s<\s0\.001, n\s120\): the student may be learning to please/,
        );
    });

    it('counts every story of two raters once in the table of their scores', () => {
        for (const { counts } of plot!.confusions)
            expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(120);
        expect(plot!.confusions.map(({ raters }) => raters.join())).toContain('mean,teacher');
    });

    it('shows first the stories on which teacher and people differ most', () => {
        const differences = report(table).disagreements.map(({ people, teachers }) => Math.abs(people - teachers));
        expect(differences).toEqual(differences.toSorted((a, b) => b - a));
        const guessing = tableOf(
            60,
            {
                ada: noisy('ada', 0.9),
                near: (worth, story) => worth + (story % 40 === 0 ? 1 : 0),
                far: (worth) => 3 - worth,
            },
            ['near', 'far'],
        );
        const named = report(guessing).disagreements.map(({ teacher }) => teacher);
        expect(named).toContain('near'); // the worse teacher does not push the other out of the list
        expect(named).toContain('far');
    });

    it('finds nothing at equal length in a teacher that counts words, where people like long stories too', () => {
        const long = tableOf(160, {
            ada: (_, story) => Math.floor((story % 37) / 9.5) + noisy('length', 0.6)(0, story),
            teacher: (_, story) => (3 * (story % 37)) / 36,
        });
        const [lengths] = report(long).criteria.map((criterion) => criterion.lengths[0]!);
        expect(lengths!.spearman.low).toBeGreaterThan(0.5);
        expect(lengths!.teacherWithWords.value).toBeCloseTo(1, 10);
        expect(lengths!.partial.value).toBeNull(); // a teacher that is length itself has nothing left
    });

    it('says n/a, never 0, of a teacher that uses one score only', () => {
        const constant = report(tableOf(40, { ada: noisy('ada', 0.7), teacher: () => 2 }));
        const { statistics } = constant.criteria[0]!.pairs.find(({ raters }) => raters.join() === 'mean,teacher')!;
        expect([statistics.qwk, statistics.spearman, statistics.kendall].map(({ value }) => value)).toEqual([
            null,
            null,
            null,
        ]);
        expect(statistics.bias.value).not.toBeNull();
        expect(wordsOf(constant)).toMatch(
            /Whether the teacher “teacher” agrees with people cannot be said: one side gave one score only/,
        );
    });
});

describe('in words', () => {
    it('says in one sentence where agreement is not shown and where there is none to measure', () => {
        const guessed = report(tableOf(40, { ada: noisy('ada', 0.7), teacher: (_, at) => random.fork(at).integer(4) }));
        const constant = report(tableOf(40, { ada: noisy('ada', 0.7), teacher: () => 2 }));
        const criteria = [guessed.criteria[0]!, { ...constant.criteria[0]!, criterion: 'voice' }];
        expect(wordsOf({ ...guessed, criteria })).toContain(
            'Agreement of people with the teacher “teacher” is not shown on plot; on voice there is none to measure, because one side gave one score only.',
        );
    });

    it.each([
        {
            when: 'two people and a teacher who guesses',
            raters: {
                ada: noisy('ada', 0.9),
                ben: noisy('ben', 0.9),
                teacher: (_: number, story: number) => random.fork('guess', story).integer(4),
            },
            says: /On plot, nothing yet shows the teacher “teacher” agreeing with people beyond chance\./,
            never: /agrees with people beyond chance on/,
        },
        {
            when: 'a teacher worse than people',
            raters: { ada: noisy('ada', 0.95), ben: noisy('ben', 0.95), teacher: noisy('teacher', 0.1) },
            says: /One more person would agree with people better than it does on plot/,
            never: /do not tell/,
        },
        {
            when: 'one person alone',
            raters: { ada: noisy('ada', 0.9), teacher: noisy('teacher', 0.9) },
            says: /“teacher” agrees with people beyond chance on plot\. One person rated, so/,
            never: /one more person/i,
        },
        {
            when: 'a teacher who likes what people dislike',
            raters: { ada: noisy('ada', 0.9), ben: noisy('ben', 0.9), teacher: (worth: number) => 3 - worth },
            says: /“teacher” contradicts people on plot/,
            never: /agrees with people/,
        },
        {
            when: 'a strict teacher',
            raters: { ada: noisy('ada', 0.9), ben: noisy('ben', 0.9), teacher: (worth: number) => worth - 1 },
            says: /It is stricter than people on plot \(by\s0\.\d\d \[0\.\d\d,\s0\.\d\d\]\)\./,
            never: /kinder|over training/,
        },
        {
            when: 'people alone',
            raters: { ada: noisy('ada', 0.9), ben: noisy('ben', 0.9) },
            says: /^People agree among themselves beyond chance on plot\.$/,
            never: /teacher/,
        },
        {
            when: 'nobody but teachers',
            raters: { teacher: noisy('teacher', 0.9), second: noisy('second', 0.9) },
            says: /No person rated these stories/,
            never: /κ/,
        },
    ])('says what the numbers support of $when', ({ raters, says, never }) => {
        const words = wordsOf(report(tableOf(120, raters, ['teacher', 'second'])));
        expect(words).toMatch(says);
        expect(words).not.toMatch(never);
    });

    it('says no more than four sentences of any teacher, whatever there is to say', () => {
        const everything = tableOf(
            40,
            {
                ada: noisy('ada', 0.6),
                ben: noisy('ben', 0.6),
                teacher: (worth, story) => noisy('teacher', 0.5)(worth, story) + (story >= 20 ? 1.5 : 0),
                second: (_, story) => 3 - (story % 4),
            },
            ['teacher', 'second'],
        );
        const paragraphs = reportInWords(report(everything));
        expect(paragraphs.map(({ teacher }) => teacher)).toEqual(['teacher', 'second']);
        for (const { text } of paragraphs) {
            expect(text.split(/(?<=\.) /u).length).toBeLessThanOrEqual(4);
            expect(text).toMatch(/^[^ ].*\.$/u);
        }
    });

    it('counts many stories out no longer, and says the same of them', () => {
        const stages = Float64Array.from({ length: 1999 }, (_, i) => Math.floor(i / 500));
        const drift = stages.map((stage, i) => 0.03 * stage + random.fork('drift', i).normal());
        const counted = trendOverStages(drift, stages, random);
        const more = (values: Float64Array): Float64Array => Float64Array.of(...values, values[1000]!);
        const approximated = trendOverStages(more(drift), more(stages), random);
        expect(counted.p!).toBeGreaterThan(0.01);
        expect(Math.abs(counted.p! - approximated.p!)).toBeLessThan(0.03);
        expect(trendOverStages(more(drift.map((_, i) => i)), more(stages), random).p).toBeCloseTo(1 / 2001, 12);
    });
});

describe('a teacher beside one more person', () => {
    it('is held against means of as few people as the person is', () => {
        const person = (who: string) => (worth: number, story: number) =>
            Math.min(3, Math.max(0, worth + random.fork(who, story).integer(3) - 1));
        const table = tableOf(60, { ada: person('ada'), ben: person('ben'), eve: person('eve'), teacher: person('t') });
        const [plot] = agreementReport(table, { random }).criteria;
        const scores = (rater: number): number[] =>
            table.ratings.filter((rating) => rating.rater === rater).map((rating) => rating.scores['plot']!);
        const [people, teacher] = [[0, 1, 2].map(scores), scores(3)];
        const average = (of: (others: readonly number[], person: readonly number[]) => number): number =>
            people.reduce((sum, each, i) => {
                const others = people.filter((_, j) => j !== i);
                return (
                    sum +
                    of(
                        each.map((_, story) => (others[0]![story]! + others[1]![story]!) / 2),
                        each,
                    ) /
                        3
                );
            }, 0);
        expect(plot!.ceiling!.spearman.value).toBeCloseTo(average(naiveSpearman), 9);
        const [asOne] = plot!.asOnePerson;
        expect(asOne!.teacher).toBe('teacher');
        expect(asOne!.spearman.value).toBeCloseTo(
            average((others) => naiveSpearman(others, teacher)),
            9,
        );
        // the mean of all three is steadier, and looks better
        const whole = plot!.pairs.find(({ raters }) => raters[0] === peoplesMean && raters[1] === 'teacher');
        expect(whole!.statistics.spearman.value!).toBeGreaterThan(asOne!.spearman.value!);
    });
});
