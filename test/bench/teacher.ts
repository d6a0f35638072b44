/** The built-in teachers on the published batch. */
import { availableParallelism } from 'node:os';
import { RandomStream } from '../../src/main/learning/random.ts';
import { openNamed } from '../teacher/open-named.ts';
import { inTurns, median, type Bench } from './measuring.ts';
import { atMost } from './row.ts';
import { storyworldTexts } from './storyworld-texts.ts';

const stories = 360;

export const teacher: Bench = {
    name: 'teacher',
    async measure({ repeats }) {
        const open = (): ReturnType<typeof openNamed> => openNamed('rules');
        const rules = await open();
        const reader = await openNamed('reader', availableParallelism());
        const prompt = 'Once upon a time, in a faraway land,';
        const batch = storyworldTexts(stories).map((story) => ({ prompt, story, finished: true }));
        const context = { update: 1, training: true, random: new RandomStream('bench') };
        const seconds = await inTurns(
            { rate: () => rules.rate(batch, context), read: () => reader.rate(batch, context), open },
            repeats,
        );
        await reader.release();
        return [
            { name: 'teacher.rate', value: median(seconds.rate), unit: `s for ${stories} stories`, target: atMost(2) },
            { name: 'teacher.read', value: median(seconds.read), unit: `s for ${stories} stories`, target: atMost(3) },
            { name: 'teacher.open', value: median(seconds.open), unit: 's' },
        ];
    },
};
