/** A new run before it starts: what was chosen, what follows, and what is missing. */
import { biasKinds, biasWords } from '../../../shared/ratings/bias.ts';
import { methodWords } from '../../../shared/settings/methods.ts';
import type { ConfigLine, StudentSource } from '../../../shared/views/new-run.ts';
import type { RunRow } from '../../../shared/views/runs.ts';
import type { PresetName } from '../../../shared/settings/field.ts';
import { count, counted, measured } from '../text/words.ts';

export type NewJob = 'learn' | 'pretrain';
export type Given = Readonly<Record<string, number | string>>;

/** The value of a line: typed, or the preset's. */
export function valueOf(line: ConfigLine, preset: PresetName, given: Given): number | string {
    return given[line.key] ?? line.presetValues[preset];
}

/** Typed the same as the preset is not typed. */
export function withGiven(given: Given, line: ConfigLine, preset: PresetName, value: number | string): Given {
    const others = Object.fromEntries(Object.entries(given).filter(([key]) => key !== line.key));
    return value === line.presetValues[preset] ? others : { ...others, [line.key]: value };
}

const adjectives = ['small', 'quiet', 'night', 'early', 'paper', 'north', 'amber', 'hollow', 'river', 'late'];
const nouns = ['owl', 'lamp', 'fig', 'harbour', 'cedar', 'mill', 'lantern', 'orchard', 'heron', 'gate'];

/** A name that no run has yet; the same list of runs gives the same name. */
export function freshName(rows: readonly Pick<RunRow, 'name'>[]): string {
    const taken = new Set(rows.map(({ name }) => name));
    for (let i = rows.length; ; i++) {
        const name = `${adjectives[i % 10]!}-${nouns[(7 * i + Math.floor(i / 10)) % 10]!}${i >= 100 ? `-${i}` : ''}`;
        if (!taken.has(name)) return name;
    }
}

/** What the configuration comes to, in lines of name and value. */
export function outlook(job: NewJob, config: Given): readonly (readonly [string, string])[] {
    const value = (key: string): number => Number(config[key] ?? 0);
    if (job === 'pretrain')
        return [
            [
                'Student',
                `${counted(value('student.layers'), 'layer')} of width ${value('student.width')}, ${counted(value('student.heads'), 'head')}`,
            ],
            ['Parameters', `about ${count(parameters(config))}`],
            [
                'Reads the corpus',
                value('pretrain.minutes') > 0
                    ? `for ${counted(value('pretrain.minutes'), 'minute')} at most`
                    : value('pretrain.epochs') === 1
                      ? 'once'
                      : `${value('pretrain.epochs')} times`,
            ],
        ];
    const budgets = [
        value('budget.words') > 0 ? `${count(value('budget.words'))} input words` : '',
        value('budget.updates') > 0 ? counted(value('budget.updates'), 'update') : '',
        value('budget.minutes') > 0 ? counted(value('budget.minutes'), 'minute') : '',
    ].filter((part) => part !== '');
    const updates = value('budget.updates');
    return [
        ['Ends after', budgets.join(' or ') || 'never by itself'],
        [
            'Each update',
            `${counted(value('ppo.batch'), 'story', 'stories')}, ${counted(value('ppo.epochs'), 'epoch')} over them`,
        ],
        ...(updates > 0 ? [['Stories in all', `at most ${count(updates * value('ppo.batch'))}`] as const] : []),
        [
            'Clean evaluation',
            value('evaluation.stories') > 0
                ? `${counted(value('evaluation.stories'), 'story', 'stories')} before and after`
                : 'none',
        ],
        ['Teacher', teacherWords(config)],
        ['Method', methodWords(config)],
    ];
}

/** “rules, loves the word “great”” */
function teacherWords(config: Given): string {
    const kind = biasKinds.find((each) => each === config['teacher.bias']) ?? 'none';
    const name = String(config['teacher'] ?? '');
    return kind === 'none' ? name : `${name}, ${biasWords({ kind, word: String(config['teacher.biasWord']) })}`;
}

/** GPT-2: embeddings of tokens and places, 12 w² + 13 w a layer, the last norm. */
function parameters(config: Given): number {
    const [width, layers] = [Number(config['student.width']), Number(config['student.layers'])];
    const embeddings = (Number(config['tokenizer.vocabulary']) + Number(config['student.context'])) * width;
    return embeddings + layers * (12 * width * width + 13 * width) + 2 * width;
}

export function sourceWords({ kind, words, validationLoss, score }: StudentSource): string {
    const parts = [
        kind === 'shipped' ? 'comes with Storyloop' : kind === 'imported' ? 'imported' : '',
        words === null ? '' : counted(words, 'word'),
        validationLoss === null ? '' : `loss ${validationLoss.toFixed(2)} held out`,
        score === null
            ? ''
            : `score ${measured(score.mean)} of ${score.most} by ${score.by}${score.isClean ? '' : ' in training'}`,
    ];
    return parts.filter((part) => part !== '').join(', ');
}

/** A room of the table as a person calls it. */
export const roomWords: Readonly<Record<string, string>> = {
    '': 'Chance',
    seeds: 'Chance',
    student: 'Student',
    tokenizer: 'Tokenizer',
    corpus: 'Corpus',
    pretrain: 'Pretraining',
    rollout: 'Writing',
    'who rates': 'Teacher',
    teacher: 'How it rates',
    reward: 'Reward',
    ppo: 'Learning',
    budget: 'Budget',
    evaluation: 'Evaluation',
    guard: 'Grammar',
    holdout: 'Second judge',
    record: 'Record',
    runtime: 'This computer',
};

export const presetWords: Readonly<Record<PresetName, string>> = {
    quick: 'a look in minutes: small batches, a short budget',
    improved: 'the published method with its known bugs fixed',
    paper: 'as published (arXiv 2509.15714), quirks included; choose a language model as teacher, as there',
};
