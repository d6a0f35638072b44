/** What a setting is called: a label for people, an option on the command line. */
import type { advantage } from './advantage.ts';
import type { guarding } from './guarding.ts';
import type { keeping } from './keeping.ts';
import type { learning } from './learning.ts';
import type { pretraining } from './pretraining.ts';
import type { rating } from './rating.ts';
import type { trying } from './trying.ts';
import type { writing } from './writing.ts';

export type SettingKey =
    | 'seed'
    | 'seeds.sampling'
    | keyof (typeof pretraining & typeof writing & typeof rating & typeof learning & typeof guarding & typeof trying)
    | keyof typeof advantage
    | keyof typeof keeping;

const labels: Readonly<Record<SettingKey, string>> = {
    seed: 'Seed',
    'seeds.sampling': 'Sampling seed',
    'student.layers': 'Layers',
    'student.width': 'Width',
    'student.heads': 'Attention heads',
    'student.context': 'Context',
    'tokenizer.vocabulary': 'Vocabulary',
    'tokenizer.minFrequency': 'Minimum frequency',
    'corpus.stories': 'Stories in the corpus',
    'pretrain.packing': 'Packing',
    'pretrain.epochs': 'Epochs',
    'pretrain.minutes': 'Time limit',
    'pretrain.batch': 'Batch size',
    'pretrain.optimiser': 'Optimiser',
    'pretrain.lr': 'Learning rate of pretraining',
    'pretrain.schedule': 'Schedule',
    'pretrain.warmup': 'Warm-up',
    'pretrain.weightDecay': 'Weight decay',
    'pretrain.clip': 'Gradient clip',
    'pretrain.dropout': 'Dropout',
    'pretrain.validateEvery': 'Validate every',
    'rollout.prompt': 'Prompt',
    'rollout.maxNewTokens': 'Story length limit',
    'rollout.temperature': 'Temperature',
    'rollout.dropout': 'Dropout while writing',
    teacher: 'Teacher',
    'teacher.reading': 'Reading of scores',
    'teacher.rubric': 'Rubric',
    'teacher.sees': 'What the teacher sees',
    'teacher.storyTokens': 'Story tokens',
    'teacher.sideBySide': 'Stories at once',
    'teacher.device': 'Teacher’s device',
    'teacher.threads': 'Teacher’s threads',
    'teacher.model': 'Server’s model',
    'teacher.inFlight': 'Requests at once',
    'teacher.patience': 'Time-out',
    'teacher.retries': 'Retries',
    'teacher.cache': 'Remember ratings',
    'teacher.shuffle': 'Shuffle rewards',
    'teacher.unreadable': 'Unreadable replies',
    'reward.calibration': 'Calibration',
    'reward.lengthWeight': 'Length weight',
    'reward.ensemble': 'Ensemble reward',
    'reward.lengthUnit': 'Length unit',
    'reward.lengthCap': 'Length cap',
    'reward.lengthNeutral': 'Length-neutral reward',
    'ppo.batch': 'Batch size',
    'ppo.minibatch': 'Minibatch size',
    'ppo.epochs': 'Epochs',
    'ppo.lr': 'Learning rate',
    'ppo.gamma': 'Discount (gamma)',
    'ppo.lambda': 'GAE lambda',
    'ppo.clipRange': 'Clip range',
    'ppo.valueClipRange': 'Value clip range',
    'ppo.valueWeight': 'Value loss weight',
    'ppo.ratioThreshold': 'Ratio threshold',
    'ppo.gradientClip': 'Gradient clip',
    'ppo.truncation': 'Truncated stories',
    'ppo.valueStart': 'Value head start',
    'ppo.klEstimator': 'KL estimator',
    'ppo.klInit': 'Initial KL coefficient',
    'ppo.klTarget': 'KL target',
    'ppo.klHorizon': 'KL horizon',
    'ppo.lastBatch': 'Last batch',
    'ppo.advantage': 'Baseline',
    'ppo.bestOf': 'Best of',
    'ppo.dpoBeta': 'DPO beta',
    'ppo.normalise': 'Normalisation',
    'ppo.perCriterion': 'Each criterion by itself',
    'ppo.klPlace': 'KL penalty in',
    'ppo.ratio': 'Clipped ratio of',
    'ppo.lossMean': 'Loss averaged over',
    'budget.words': 'Word budget',
    'budget.updates': 'Update budget',
    'budget.minutes': 'Time budget',
    'evaluation.stories': 'Evaluation stories',
    'evaluation.judge': 'Second judge',
    'evaluation.judged': 'Stories it reads',
    'evaluation.seeds': 'Stories of the evaluation',
    'evaluation.seed': 'Evaluation seed',
    'guard.battery': 'Guard of grammar',
    'guard.every': 'Guard every',
    'teacher.bias': 'Planted weakness',
    'teacher.biasWord': 'The word it loves',
    'teacher.biasPoints': 'What it adds',
    'holdout.every': 'Second judge reads every',
    'holdout.stories': 'Stories of a reading',
    'holdout.stop': 'At over-optimisation',
    'record.resumeEvery': 'Resume state every',
    'record.resumeSteps': 'Resume state every',
    'record.resumeSeconds': 'Resume state at the earliest after',
    'record.checkpointWords': 'Checkpoint every',
    'runtime.kind': 'Runtime',
    'runtime.threads': 'Threads',
    'runtime.precision': 'Precision',
    'runtime.microBatch': 'Micro-batch',
};

/** `ppo.klTarget` → "KL target" */
export function settingLabel(key: SettingKey): string {
    return labels[key];
}

export function isSettingKey(key: string): key is SettingKey {
    return Object.hasOwn(labels, key);
}

/** The label of a key that came as text; the key itself where no setting of this version has it. */
export function labelOf(key: string): string {
    return isSettingKey(key) ? labels[key] : key;
}

const valueNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'ppo.advantage': {
        gae: 'the value head (GAE)',
        mean: 'the batch’s mean',
        'leave-one-out': 'the others’ mean',
        'length-weighted': 'a mean weighted by length',
        greedy: 'the greedy story',
        'best-of-k': 'the best of k',
        'best-and-worst': 'the best and the worst of k',
    },
    'ppo.normalise': { whiten: 'whitened over tokens', deviation: 'by the rewards’ deviation', off: 'none' },
    'ppo.ratio': { token: 'a token', story: 'a whole story' },
    'ppo.lossMean': { tokens: 'tokens', stories: 'stories', constant: 'stories times the length limit' },
    'ppo.klPlace': {
        tokens: 'the reward, token by token',
        story: 'the reward, per story',
        'loss-k2': 'the loss (k2)',
        'loss-k3': 'the loss (k3)',
    },
};

/** A value in words: "the loss (k3)", "−0.5", "none". */
export function valueWords(key: string, value: number | string): string {
    if (value === '') return 'none';
    return typeof value === 'number' ? String(value).replace('-', '−') : (valueNames[key]?.[value] ?? value);
}

/** `ppo.klTarget` → `--ppo-kl-target` */
export function optionName(key: SettingKey): string {
    return `--${key.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
