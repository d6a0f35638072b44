/** The teachers to choose from as cards: what each is, whether it fits here, and what it costs in this run. */
import type { ModelRow, ModelShelf, TeacherSpeed } from '../../../shared/views/computer.ts';
import { fitWords, isHere, predictedHours, titleOf } from '../models.ts';
import { duration, measured } from '../text/words.ts';
import type { Given } from './draft.ts';

export interface TeacherCard {
    /** Of the setting; of a server the beginning of its address. */
    readonly value: string;
    readonly group: 'Comes with Storyloop' | 'A model on this computer' | 'A model server' | 'Controls';
    readonly title: string;
    readonly means: string;
    /** Empty where there is nothing to fit. */
    readonly fit: string;
    readonly isTooLarge: boolean;
    /** Seconds a story and hours of this run, and how that is known. */
    readonly cost: string;
}

export const serverAddress = 'http://127.0.0.1:8080/v1';
export const isServer = (teacher: string): boolean => /^(server(#|$)|\w+:\/\/)/u.test(teacher);

const builtIn = [
    ['rules', 'Rules', 'Looks at spelling, whole sentences, a thread and fresh words. Needs no model.'],
    ['reader', 'Reader', 'A small model that comes along and sees whether one sentence follows from another.'],
] as const;
const controls = [
    ['random', 'Random', 'Rates by dice: what a student gains from it is chance.'],
    ['length', 'Length', 'Rates by length alone: what a student gains from it is length.'],
] as const;

export function teacherCards({ models, speeds }: ModelShelf, rated: StoriesOfRun | null): readonly TeacherCard[] {
    const own = (
        [value, title, means]: readonly [string, string, string],
        group: TeacherCard['group'],
    ): TeacherCard => ({
        value,
        title,
        means,
        group,
        fit: 'fits any computer',
        isTooLarge: false,
        cost: costWords(speeds[value] ?? null, null, rated),
    });
    return [
        ...builtIn.map((each) => own(each, 'Comes with Storyloop')),
        ...models.filter(isHere).map((row): TeacherCard => modelCard(row, models, rated)),
        {
            value: serverAddress,
            group: 'A model server',
            title: 'A server',
            fit: '',
            isTooLarge: false,
            means: 'Any server that speaks the chat completions of OpenAI: vLLM, llama.cpp, Ollama, a lab’s own.',
            cost: 'its speed is known once it was tried on stories',
        },
        ...controls.map((each) => own(each, 'Controls')),
    ];
}

function modelCard(row: ModelRow, all: readonly ModelRow[], rated: StoriesOfRun | null): TeacherCard {
    const predicted = predictedHours(row, all);
    const fit = row.catalogued ? fitWords(row) : 'whether it fits shows when it is checked or measured';
    return {
        value: row.name,
        group: 'A model on this computer',
        title: titleOf(row),
        fit,
        means: [row.catalogued?.means ?? 'your own file', row.facts.quantisation].filter(Boolean).join(', '),
        isTooLarge: row.catalogued?.fit === 'no',
        cost: costWords(row.speed, predicted && predicted.hours / 1e6, rated),
    };
}

export interface StoriesOfRun {
    /** That the teacher will rate in the whole run. */
    readonly stories: number;
    /** Of a story; measured, or predicted from the longest that it may be. */
    readonly words: number;
}

const wordsPerToken = 0.75; // of English stories in a tokenizer of a few thousand words

/** What the teacher of this run will rate; null where no budget bounds it. */
export function ratedStories(config: Given, wordsPerStory: number | null): StoriesOfRun | null {
    const value = (key: string): number => Number(config[key] ?? 0);
    const words = wordsPerStory ?? wordsPerToken * value('rollout.maxNewTokens');
    const [updates, budget, batch] = [value('budget.updates'), value('budget.words'), value('ppo.batch')];
    const within = Math.min(updates || Infinity, budget > 0 ? Math.floor(budget / (words * batch)) : Infinity);
    if (within === Infinity) return null;
    const every = config['evaluation.judge'] === 'none' ? 0 : value('holdout.every');
    const readings = every > 0 ? 2 + Math.floor(Math.max(0, within - 1) / every) : 0;
    return { stories: within * batch + 2 * value('evaluation.stories') + readings * value('holdout.stories'), words };
}

/** @param predictedHours for one word, from another model's check */
function costWords(speed: TeacherSpeed | null, predictedHours: number | null, rated: StoriesOfRun | null): string {
    const seconds = speed ? 1 / speed.storiesPerSecond : predictedHours && rated && 3600 * predictedHours * rated.words;
    if (!seconds) return 'speed unknown until checked';
    const each = `${seconds < 1 ? `${measured(1000 * seconds, 0)} ms` : `${measured(seconds, 1)} s`} a story`;
    const source = speed ? 'measured in a check' : 'predicted by size from another model’s check';
    return rated === null
        ? `${each}, ${source}`
        : `${each}, ${duration(seconds * rated.stories)} of rating in this run: ${source}`;
}
