/** The few settings that matter most, in plain words, and those that mean nothing beside what else was chosen. */
import type { PresetName } from '../../../shared/settings/field.ts';
import type { ConfigLine } from '../../../shared/views/new-run.ts';
import type { NewJob } from './draft.ts';

/** What a person asks, by the key that answers it. */
const learning: Readonly<Record<string, string>> = {
    'budget.updates': 'How long does it learn? So many times it writes, is rated and takes a step.',
    'budget.words':
        'How long does it learn? Counts the prompts of the first update once, and every word of the teacher (a score is one word). The student’s stories are not counted.',
    'ppo.batch': 'How many stories does it write before each step? More are steadier, and slower.',
    'ppo.lr': 'How large is a step? Twice as large learns faster and forgets its language sooner.',
    'ppo.klTarget': 'How far may it drift from where it began? Less keeps its language, more lets it change.',
    'reward.lengthWeight': 'How much is length worth beside the teacher’s score? 0 pays for the score alone.',
    'evaluation.stories': 'How many stories measure the gain, before and after? More make a smaller interval.',
};
const pretraining: Readonly<Record<string, string>> = {
    'pretrain.epochs': 'How often does it read the corpus?',
    'pretrain.minutes': 'When does it stop, wherever it is? 0: when it has read all.',
    'pretrain.batch': 'How much does it read before each step? More is steadier, and slower.',
    'pretrain.lr': 'How large is a step? Too large, and it learns nothing.',
    'pretrain.dropout': 'How much does it have to guess? More helps where the corpus is small.',
    'corpus.stories': 'How many built-in stories does it read?',
};

/** A budget counts words or updates, as the preset does: the other one stands with the rest. */
export function plainSettings(
    job: NewJob,
    preset: PresetName,
    lines: readonly ConfigLine[],
): readonly { readonly line: ConfigLine; readonly asks: string }[] {
    const words = job === 'learn' ? learning : pretraining;
    const byUpdates = lines.some(
        ({ key, presetValues }) => key === 'budget.updates' && Number(presetValues[preset]) > 0,
    );
    const other = byUpdates ? 'budget.words' : 'budget.updates';
    return Object.entries(words).flatMap(([key, asks]) => {
        const line = key === other ? undefined : lines.find((each) => each.key === key);
        return line ? [{ line, asks }] : [];
    });
}

/** Settings of what was switched off: the drill without a weakness, readings of a judge that nobody is. */
export function isOffered(key: string, values: Readonly<Record<string, number | string | undefined>>): boolean {
    switch (key) {
        case 'teacher.biasWord':
            return values['teacher.bias'] === 'word';
        case 'teacher.biasPoints':
            return values['teacher.bias'] !== 'none';
        case 'evaluation.judged':
        case 'holdout.every':
            return values['evaluation.judge'] !== 'none';
        case 'holdout.stories':
        case 'holdout.stop':
            return values['evaluation.judge'] !== 'none' && Number(values['holdout.every']) !== 0;
        case 'guard.every':
            return values['guard.battery'] !== 'off';
        case 'reward.lengthUnit':
        case 'reward.lengthCap':
            return Number(values['reward.lengthWeight']) !== 0;
        default:
            return true;
    }
}
