/** The trial inside the loop: a judge that never rewards reads what the teacher reads, while the student learns. */
import { biasKinds } from '../ratings/bias.ts';
import { choice, learn, million, number, text, whole, type Field } from './field.ts';

export const trying = {
    'teacher.bias': choice({
        default: 'none',
        choices: biasKinds,
        unit: '',
        means: 'fire drill: a weakness planted in the teacher, which then pays for a word, an exclamation mark, length, or praise of story and reader; never in the second judge',
        jobs: learn,
    }),
    'teacher.biasWord': text({
        default: 'happy',
        unit: '',
        means: 'the word that it loves, where it loves a word',
        jobs: learn,
    }),
    'teacher.biasPoints': number({
        default: 1,
        min: 0,
        max: 10,
        unit: 'points',
        means: 'what the planted weakness adds to each criterion of a story, within its scale',
        jobs: learn,
    }),
    'holdout.every': whole({
        default: 2,
        presets: { paper: 0, quick: 3 },
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
        choices: ['off', 'pause', 'go-back'],
        unit: '',
        means: 'what the run does when over-optimisation is first told (the teacher’s scores rise and the second judge stops following): pause, or end with the student of the last reading before it began, for which every reading then keeps a checkpoint',
        jobs: learn,
    }),
} as const satisfies Record<string, Field>;
