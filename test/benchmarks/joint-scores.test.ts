/** Scores of several students on one draw of items: what counting and comparing say of each and of two. */
import { expect, it } from 'vitest';
import type { ScoredItem } from '../../src/shared/benchmarks/benchmarks.ts';
import { presetCounting } from '../../src/shared/benchmarks/counting.ts';
import { compareTask } from '../../src/main/benchmarks/comparison.ts';
import { countTask, type CountedTask } from '../../src/main/benchmarks/count-tasks.ts';
import { jointScores } from '../../src/main/benchmarks/joint-scores.ts';
import { intervalOf } from '../../src/main/benchmarks/statistics/strata.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { readingLikeWords } from '../parity/benchmarks/made-up.ts';

const fair = presetCounting('fair');
const random = new RandomStream('joint-scores');

/** A student that is right about items by its `skill`, each item having a difficulty of its own. */
function student(task: 'blimp' | 'wug_adj', skill: number): ScoredItem[] {
    const length = task === 'blimp' ? 300 : 60; // a correlation of ranks is measured anew in every draw
    const items = new RandomStream('items');
    const noise = new RandomStream('student', skill);
    return Array.from({ length }, (_, index): ScoredItem => {
        const ease = items.normal();
        const lean = skill + ease + noise.normal();
        return {
            item: {
                task,
                uid: `group ${index % 3}`,
                index,
                labels: { field: 'syntax' },
                texts: ['a', 'b'].map((text) => ({ kind: 'span', text, from: 0 })),
                human: task === 'blimp' ? {} : { ratio: 1 / (1 + Math.exp(-ease)) },
            },
            logprobs: [lean, 0],
        };
    });
}

it.each<{ readonly task: CountedTask; readonly students: readonly ScoredItem[][] }>([
    { task: 'blimp', students: [student('blimp', 0.2), student('blimp', 0.6)] },
    { task: 'wug_adj', students: [student('wug_adj', 0), student('wug_adj', 1)] },
])(
    '$task: each as it is counted alone, and two as they are compared',
    { tags: ['simulation'] },
    ({ task, students }) => {
        const wide = task === 'blimp' ? 0.8 : 3; // of draws of their own
        const [joint] = jointScores(task, students, fair, random);
        expect(joint!.drawn).toHaveLength(2000);
        students.forEach((scored, i) => {
            const [alone] = countTask(task, scored, fair, random);
            expect(joint!.measured[i]).toBeCloseTo(alone!.score!, 10);
            const { low, high } = intervalOf(Float64Array.from(joint!.drawn, (row) => row[i]!).sort())!;
            expect(Math.abs(low - alone!.interval!.low)).toBeLessThan(wide);
            expect(Math.abs(high - alone!.interval!.high)).toBeLessThan(wide);
        });
        const [compared] = compareTask(task, students[0]!, students[1]!, fair, random);
        const difference = intervalOf(Float64Array.from(joint!.drawn, (row) => row[1]! - row[0]!).sort())!;
        expect(Math.abs(difference.low - compared!.interval!.low)).toBeLessThan(wide);
        expect(Math.abs(difference.high - compared!.interval!.high)).toBeLessThan(wide);
    },
);

it('reading has its two parts, and items in another order are brought into one', { tags: ['simulation'] }, () => {
    const words = readingLikeWords();
    const parts = jointScores('reading', [words, words.toReversed()], fair, random);
    expect(parts.map(({ part }) => part)).toEqual(['eye-tracking', 'self-paced']);
    for (const { measured } of parts) expect(measured[0]).toBeCloseTo(measured[1]!, 9);
});

it('refuses students that were asked different things', () => {
    expect(() => jointScores('blimp', [student('blimp', 0), student('blimp', 0).slice(1)], fair, random)).toThrow(
        /not measured on the same items/u,
    );
});
