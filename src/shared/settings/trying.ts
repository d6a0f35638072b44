/** The trial inside the loop: a judge that never rewards reads what the teacher reads, while the student learns. */
import { choice, learn, million, whole, type Field } from './field.ts';

export const trying = {
    'holdout.every': whole({
        default: 2,
        presets: { paper: 0 },
        min: 0,
        max: million,
        unit: 'updates',
        means: 'how often the second judge reads beside the teacher, besides before and after learning (0: never); it never rewards and never changes what is learned',
        jobs: learn,
    }),
    'holdout.stories': whole({
        default: 64,
        presets: { quick: 32 },
        min: 8,
        max: 100_000,
        unit: 'stories',
        means: 'fresh stories that teacher and second judge both rate at each of these readings, always from the same seeds',
        jobs: learn,
    }),
    'holdout.stop': choice({
        default: 'off',
        choices: ['off', 'pause'],
        unit: '',
        means: 'pause the run when over-optimisation is first told: the teacher’s scores rise and the second judge stops following',
        jobs: learn,
    }),
} as const satisfies Record<string, Field>;
