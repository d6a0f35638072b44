/**
 * The one table of everything a run can be told: command line, wizard, comparison, export and docs read it.
 * A preset is a column of it. Keys are flat (`ppo.klTarget`) so that two configurations compare line by line.
 */
import { z } from 'zod';
import { badInput } from './faults.ts';

export type PresetName = 'paper' | 'improved' | 'quick';
export const presetNames: readonly PresetName[] = ['paper', 'improved', 'quick'];
export const configVersion = 3;

export type Job = 'pretrain' | 'learn' | 'tell' | 'evaluate' | 'rescore';

interface FieldBase {
    /** What the value counts; empty for choices and text. */
    readonly unit: string;
    /** One line, for `--help`, the wizard and the docs. */
    readonly means: string;
    readonly source?: string;
    readonly jobs: readonly Job[];
}
interface NumberField extends FieldBase {
    readonly kind: 'number';
    readonly default: number;
    readonly presets?: Partial<Record<PresetName, number>>;
    readonly min: number;
    readonly max: number;
    readonly whole?: boolean;
}
interface ChoiceField<Choice extends string = string> extends FieldBase {
    readonly kind: 'choice';
    readonly default: Choice;
    readonly presets?: Partial<Record<PresetName, Choice>>;
    readonly choices: readonly Choice[];
}
interface TextField extends FieldBase {
    readonly kind: 'text';
    readonly default: string;
    readonly presets?: Partial<Record<PresetName, string>>;
}
export type Field = NumberField | ChoiceField | TextField;

const everyJob: readonly Job[] = ['pretrain', 'learn', 'tell', 'evaluate'];
const writingJobs: readonly Job[] = ['learn', 'tell', 'evaluate'];
const ratingJobs: readonly Job[] = ['learn', 'evaluate', 'rescore'];
const pretrain: readonly Job[] = ['pretrain'];
const learn: readonly Job[] = ['learn'];

const number = (field: Omit<NumberField, 'kind'>): NumberField => ({ kind: 'number', ...field });
const whole = (field: Omit<NumberField, 'kind' | 'whole'>): NumberField => ({ kind: 'number', whole: true, ...field });
const choice = <const Choice extends string>(field: Omit<ChoiceField<Choice>, 'kind'>): ChoiceField<Choice> => ({
    kind: 'choice',
    ...field,
});
const text = (field: Omit<TextField, 'kind'>): TextField => ({ kind: 'text', ...field });

const million = 1_000_000;
const trl = 'TRL 0.9.4';
const published = 'arXiv 2509.15714';

export const fields = {
    seed: whole({
        default: 42,
        min: 0,
        max: 2 ** 31 - 1,
        unit: '',
        means: 'where all randomness of the run starts',
        jobs: ['pretrain', 'learn', 'tell', 'rescore'], // an evaluation has seeds of its own
    }),
    'seeds.sampling': choice({
        default: 'run',
        choices: ['run', 'zero'],
        presets: { paper: 'zero' },
        unit: '',
        means: 'seed of the stories: the run’s own, or 0 whatever the run’s seed is (quirk R6)',
        source: published,
        jobs: learn,
    }),

    'student.layers': whole({
        default: 4,
        presets: { paper: 12 },
        min: 1,
        max: 48,
        unit: 'blocks',
        means: 'transformer blocks of the student',
        jobs: pretrain,
    }),
    'student.width': whole({
        default: 192,
        presets: { paper: 768, quick: 128 },
        min: 8,
        max: 4096,
        unit: 'channels',
        means: 'width of the student',
        jobs: pretrain,
    }),
    'student.heads': whole({
        default: 6,
        presets: { paper: 12, quick: 4 },
        min: 1,
        max: 64,
        unit: 'heads',
        means: 'attention heads; must divide the width',
        jobs: pretrain,
    }),
    'student.context': whole({
        default: 128,
        presets: { paper: 512 },
        min: 8,
        max: 4096,
        unit: 'tokens',
        means: 'longest text the student can see',
        jobs: pretrain,
    }),

    'tokenizer.vocabulary': whole({
        default: 4000,
        presets: { paper: 16000 },
        min: 261,
        max: 65535,
        unit: 'tokens',
        means: 'size of the byte-level BPE vocabulary: 5 specials, 256 bytes, the rest merges',
        jobs: pretrain,
    }),
    'tokenizer.minFrequency': whole({
        default: 2,
        min: 1,
        max: million,
        unit: 'occurrences',
        means: 'a pair seen less often is never merged',
        jobs: pretrain,
    }),

    'corpus.stories': whole({
        default: 20000,
        min: 100,
        max: 10 * million,
        unit: 'stories',
        means: 'how many stories the built-in corpus `storyworld` writes',
        jobs: pretrain,
    }),

    'pretrain.packing': choice({
        default: 'documents',
        choices: ['documents', 'passages', 'paper'],
        presets: { paper: 'paper', quick: 'passages' },
        unit: '',
        means: 'documents in order; passages of 35–80 words that end with a sentence; or the published shuffled lines (P1, P2)',
        jobs: pretrain,
    }),
    'pretrain.epochs': number({
        default: 2,
        presets: { paper: 11, quick: 4 },
        min: 0.001,
        max: 10000,
        unit: 'passes',
        means: 'how often the corpus is read',
        jobs: pretrain,
    }),
    'pretrain.minutes': number({
        default: 0,
        min: 0,
        max: 100000,
        unit: 'minutes',
        means: 'stop after this long (0: no limit); the learning-rate schedule still follows the passes',
        jobs: pretrain,
    }),
    'pretrain.batch': whole({
        default: 32,
        presets: { paper: 256, quick: 16 },
        min: 1,
        max: 4096,
        unit: 'sequences',
        means: 'sequences in one optimiser step',
        jobs: pretrain,
    }),
    'pretrain.optimiser': choice({
        default: 'adamw',
        choices: ['adamw', 'muon'],
        presets: { paper: 'adamw' },
        unit: '',
        means: 'AdamW, or Muon for the matrices with AdamW for the rest',
        jobs: pretrain,
    }),
    'pretrain.lr': number({
        default: 2e-3,
        presets: { paper: 5e-4 },
        min: 1e-9,
        max: 1,
        unit: 'per step',
        means: 'peak learning rate, of AdamW and of Muon alike',
        jobs: pretrain,
    }),
    'pretrain.schedule': choice({
        default: 'cosine',
        choices: ['cosine', 'linear', 'constant'],
        presets: { paper: 'linear' },
        unit: '',
        means: 'how the learning rate falls after the warm-up',
        jobs: pretrain,
    }),
    'pretrain.warmup': number({
        default: 0.02,
        presets: { paper: 0.01 },
        min: 0,
        max: 1,
        unit: 'fraction of steps',
        means: 'steps over which the learning rate rises',
        jobs: pretrain,
    }),
    'pretrain.weightDecay': number({
        default: 0.05,
        presets: { paper: 0 },
        min: 0,
        max: 1,
        unit: '',
        means: 'AdamW’s weight decay of matrices',
        jobs: pretrain,
    }),
    'pretrain.clip': number({
        default: 1,
        min: 0,
        max: 1000,
        unit: 'global norm',
        means: 'gradient norm above which gradients are scaled down (0: never)',
        jobs: pretrain,
    }),
    'pretrain.dropout': number({
        default: 0,
        presets: { paper: 0.1 },
        min: 0,
        max: 0.9,
        unit: 'probability',
        means: 'dropout of embeddings, attention and residuals while pretraining',
        jobs: pretrain,
    }),
    'pretrain.validateEvery': whole({
        default: 200,
        presets: { paper: 500 },
        min: 1,
        max: million,
        unit: 'steps',
        means: 'how often the held-out loss is measured',
        jobs: pretrain,
    }),

    'rollout.prompt': text({
        default: 'Let me tell you a long, magical tale. Once upon a time, in a faraway land,',
        unit: '',
        means: 'what every story continues',
        source: published,
        jobs: writingJobs,
    }),
    'rollout.maxNewTokens': whole({
        default: 90,
        min: 1,
        max: 4000,
        unit: 'tokens',
        means: 'longest story',
        source: published,
        jobs: writingJobs,
    }),
    'rollout.temperature': number({
        default: 1,
        presets: { quick: 0.8 },
        min: 0.05,
        max: 5,
        unit: '',
        means: 'sampling temperature; other than 1 it becomes part of the policy, so learning stays on-policy',
        jobs: writingJobs,
    }),
    'rollout.dropout': choice({
        default: 'off',
        choices: ['off', 'paper'],
        presets: { paper: 'paper' },
        unit: '',
        means: 'dropout of 0.1 while writing, from the second update on (quirk R1)',
        source: published,
        jobs: learn,
    }),

    teacher: text({
        default: 'rules',
        unit: '',
        means: 'who rates: `rules` about language, a language model in a .gguf file or behind http://…/v1, or the controls `random` and `length`',
        jobs: ratingJobs,
    }),
    'teacher.reading': choice({
        default: 'expected',
        choices: ['expected', 'digits', 'paper-text'],
        presets: { paper: 'paper-text' },
        unit: '',
        means: 'a language model’s scores: expected from its digit probabilities, digits drawn at temperature 0.2, or free text read as published (quirks T2–T4)',
        jobs: ratingJobs,
    }),
    'teacher.rubric': text({
        default: 'storyteller-v1',
        unit: '',
        means: 'what a language model is told to look at: a rubric that ships, or a Markdown file with {{student_completion}}',
        jobs: ratingJobs,
    }),
    'teacher.sees': choice({
        default: 'story',
        choices: ['story', 'prompt-and-story'],
        presets: { paper: 'prompt-and-story' },
        unit: '',
        means: 'what stands for {{student_completion}}: the story alone, or prompt and story with the end token in the text (quirk T1)',
        source: published,
        jobs: ratingJobs,
    }),
    'teacher.storyTokens': whole({
        default: 320,
        min: 8,
        max: 100_000,
        unit: 'tokens',
        means: 'longest story a language model reads, in its own tokens; a longer one is not rated',
        jobs: ratingJobs,
    }),
    'teacher.sideBySide': whole({
        default: 16,
        min: 1,
        max: 256,
        unit: 'stories',
        means: 'stories that a .gguf model reads at once; each needs memory for the rubric and the longest story',
        jobs: ratingJobs,
    }),
    'teacher.device': choice({
        default: 'auto',
        choices: ['auto', 'cpu'],
        unit: '',
        means: 'where a .gguf model runs: the best device found, or the processor',
        jobs: ratingJobs,
    }),
    'teacher.threads': whole({
        default: 0,
        min: 0,
        max: 256,
        unit: 'threads',
        means: 'threads of a .gguf model on the processor (0: physical cores less one)',
        jobs: ratingJobs,
    }),
    'teacher.model': text({
        default: '',
        unit: '',
        means: 'which model of a server rates; empty: the only one it has',
        jobs: ratingJobs,
    }),
    'teacher.inFlight': whole({
        default: 32,
        min: 1,
        max: 4096,
        unit: 'stories',
        means: 'stories that a server rates at once',
        jobs: ratingJobs,
    }),
    'teacher.patience': number({
        default: 120,
        min: 0.1,
        max: 86_400,
        unit: 'seconds',
        means: 'how long a server may take for one story',
        jobs: ratingJobs,
    }),
    'teacher.retries': whole({
        default: 6,
        min: 0,
        max: 100,
        unit: 'attempts',
        means: 'how often a server that fails is asked again, after 1 s, 2 s, 4 s …, before the run pauses',
        jobs: ratingJobs,
    }),
    'teacher.cache': choice({
        default: 'on',
        choices: ['on', 'off'],
        unit: '',
        means: 'remember what a language model said, so that the same story is never rated twice and a run replays without it',
        jobs: ratingJobs,
    }),
    'teacher.shuffle': choice({
        default: 'off',
        choices: ['off', 'on'],
        unit: '',
        means: 'control: shuffle the rewards within each batch, so that there is nothing to learn',
        jobs: learn,
    }),
    'teacher.unreadable': choice({
        default: 'retry',
        choices: ['retry', 'exclude', 'half'],
        presets: { paper: 'half' },
        unit: '',
        means: 'a reply that cannot be read: asked for once more where it was drawn, and else as exclude; the story left out of the update and counted; or given 0.5 (quirk T2)',
        jobs: ratingJobs,
    }),

    'reward.calibration': text({
        default: '',
        unit: '',
        means: 'what the teacher’s scores are worth to people: a file from `calibrate`, whose table is kept with the run (empty: as they are)',
        jobs: learn,
    }),
    'reward.lengthWeight': number({
        default: 0.4,
        presets: { quick: 0.1 },
        min: 0,
        max: 10,
        unit: 'of the teacher’s part',
        means: 'weight of the length bonus; the sum is divided by 1 + weight (quirk R2)',
        source: published,
        jobs: learn,
    }),
    'reward.lengthUnit': choice({
        default: 'words',
        choices: ['words', 'tokens'],
        unit: '',
        means: 'what the length bonus counts',
        jobs: learn,
    }),
    'reward.lengthCap': whole({
        default: 90,
        min: 1,
        max: 100000,
        unit: 'words or tokens',
        means: 'length that earns the whole bonus; published: the 90 new tokens, counted against words',
        source: published,
        jobs: learn,
    }),

    'ppo.batch': whole({
        default: 360,
        presets: { quick: 120 },
        min: 2,
        max: 100000,
        unit: 'stories',
        means: 'stories written and rated in one update',
        source: published,
        jobs: learn,
    }),
    'ppo.minibatch': whole({
        default: 360,
        presets: { quick: 60 },
        min: 1,
        max: 100000,
        unit: 'stories',
        means: 'stories behind one optimiser step; must divide the batch',
        source: published,
        jobs: learn,
    }),
    'ppo.epochs': whole({
        default: 4,
        presets: { quick: 2 },
        min: 1,
        max: 100,
        unit: 'passes',
        means: 'passes over the batch in one update',
        source: published,
        jobs: learn,
    }),
    'ppo.lr': number({
        default: 0,
        presets: { paper: 1e-6, quick: 1e-4 },
        min: 0,
        max: 1,
        unit: 'per step',
        means: 'learning rate; 0 takes 1e-6 × 97.7 M / parameters, at most 1e-4',
        jobs: learn,
    }),
    'ppo.gamma': number({
        default: 1,
        min: 0,
        max: 1,
        unit: 'per token',
        means: 'discount',
        source: published,
        jobs: learn,
    }),
    'ppo.lambda': number({
        default: 0.95,
        min: 0,
        max: 1,
        unit: 'per token',
        means: 'trace of generalised advantage estimation',
        source: published,
        jobs: learn,
    }),
    'ppo.clipRange': number({
        default: 0.2,
        min: 0.001,
        max: 10,
        unit: 'ratio',
        means: 'how far an update may move a token’s probability ratio',
        source: trl,
        jobs: learn,
    }),
    'ppo.valueClipRange': number({
        default: 0.2,
        min: 0.001,
        max: 1000,
        unit: 'reward',
        means: 'how far an update may move a value',
        source: trl,
        jobs: learn,
    }),
    'ppo.valueWeight': number({
        default: 0.1,
        min: 0,
        max: 100,
        unit: 'of the policy loss',
        means: 'weight of the value loss',
        source: trl,
        jobs: learn,
    }),
    'ppo.ratioThreshold': number({
        default: 10,
        min: 1,
        max: 1e6,
        unit: 'ratio',
        means: 'a minibatch whose mean ratio is above it contributes no gradient',
        source: trl,
        jobs: learn,
    }),
    'ppo.gradientClip': number({
        default: 1,
        presets: { paper: 0 },
        min: 0,
        max: 1000,
        unit: 'global norm',
        means: 'gradient norm above which gradients are scaled down (0: never)',
        jobs: learn,
    }),
    'ppo.truncation': choice({
        default: 'bootstrap',
        choices: ['bootstrap', 'terminal'],
        presets: { paper: 'terminal', quick: 'terminal' },
        unit: '',
        means: 'a story cut at its longest: its future is worth the value head’s guess, or nothing (quirk R3)',
        jobs: learn,
    }),
    'ppo.valueStart': choice({
        default: 'mean-reward',
        choices: ['mean-reward', 'random'],
        presets: { paper: 'random' },
        unit: '',
        means: 'the value head starts at the first batch’s mean reward, or as PyTorch draws a linear layer',
        jobs: learn,
    }),
    'ppo.klEstimator': choice({
        default: 'k3',
        choices: ['k1', 'k3'],
        presets: { paper: 'k1' },
        unit: '',
        means: 'estimator of the drift that is reported and steers the coefficient; token rewards always use k1 (quirk K1)',
        jobs: learn,
    }),
    'ppo.klInit': number({
        default: 0.2,
        presets: { quick: 0.04 },
        min: 0,
        max: 100,
        unit: 'reward per nat',
        means: 'KL coefficient at the start',
        source: published,
        jobs: learn,
    }),
    'ppo.klTarget': number({
        default: 6,
        min: 0.001,
        max: 10000,
        unit: 'nats per story',
        means: 'drift from the reference that is tolerated',
        source: trl,
        jobs: learn,
    }),
    'ppo.klHorizon': number({
        default: 10000,
        presets: { quick: 2000 },
        min: 1,
        max: 1e9,
        unit: 'stories',
        means: 'how slowly the KL coefficient follows',
        source: trl,
        jobs: learn,
    }),
    'ppo.lastBatch': choice({
        default: 'stop-before',
        choices: ['stop-before', 'discard'],
        presets: { paper: 'discard' },
        unit: '',
        means: 'the batch that would exceed the word budget: never begun, or written, rated and discarded (quirk R7)',
        jobs: learn,
    }),

    'budget.words': number({
        default: million,
        presets: { quick: million },
        min: 0,
        max: 1e12,
        unit: 'input words',
        means: 'stop when prompt and teacher have spent this many words (0: no limit)',
        source: published,
        jobs: learn,
    }),
    'budget.updates': whole({
        default: 0,
        presets: { quick: 14 },
        min: 0,
        max: 1e9,
        unit: 'updates',
        means: 'stop after this many updates (0: no limit)',
        jobs: learn,
    }),
    'budget.minutes': number({
        default: 0,
        min: 0,
        max: 1e6,
        unit: 'minutes',
        means: 'stop after this long (0: no limit); a run bounded by time is not repeatable',
        jobs: learn,
    }),

    'evaluation.stories': whole({
        default: 1000,
        presets: { quick: 300 },
        min: 0,
        max: million,
        unit: 'stories',
        means: 'stories of the clean evaluation before and after (0: none)',
        jobs: ratingJobs,
    }),
    'evaluation.seed': whole({
        default: 900_000_000,
        min: 0,
        max: 2 ** 31 - 1,
        unit: '',
        means: 'fixed seed of the evaluation’s stories, apart from training’s',
        jobs: ratingJobs,
    }),

    'record.resumeEvery': whole({
        default: 1,
        min: 1,
        max: million,
        unit: 'updates',
        means: 'how often the resume state is written; between two, a crash costs time but never results',
        jobs: learn,
    }),
    'record.resumeSteps': whole({
        default: 200,
        min: 1,
        max: million,
        unit: 'steps',
        means: 'how often pretraining writes its resume state',
        jobs: pretrain,
    }),
    'record.checkpointWords': whole({
        default: 100_000,
        min: 1,
        max: 1e12,
        unit: 'input words',
        means: 'interactive learning keeps a checkpoint each time this many words are spent; after the tenth, every second time',
        source: published,
        jobs: learn,
    }),

    'runtime.kind': choice({
        default: 'auto',
        choices: ['auto', 'native', 'official'],
        unit: '',
        means: 'how onnxruntime is driven: in place through its C API, or by its own Node binding',
        jobs: everyJob,
    }),
    'runtime.threads': whole({
        default: 0,
        min: 0,
        max: 256,
        unit: 'threads',
        means: 'threads of the arithmetic (0: as many as the machine offers)',
        jobs: everyJob,
    }),
    'runtime.microBatch': whole({
        default: 0,
        min: 0,
        max: 4096,
        unit: 'sequences',
        means: 'sequences in memory at once (0: chosen from the student’s size); never changes the mathematics',
        jobs: ['pretrain', 'learn'],
    }),
} as const satisfies Record<string, Field>;

export type ConfigKey = keyof typeof fields;
type ValueOf<F> = F extends NumberField ? number : F extends ChoiceField<infer Choice> ? Choice : string;
export type RunConfig = { readonly [Key in ConfigKey]: ValueOf<(typeof fields)[Key]> };

export const configKeys = Object.keys(fields) as readonly ConfigKey[];
/** What may change when a run is resumed: how it runs, and the way out of numbers that are not finite. */
export const resumableKeys = [
    'runtime.kind',
    'runtime.threads',
    'runtime.microBatch',
    'teacher.device',
    'teacher.threads',
    'teacher.inFlight',
    'teacher.patience',
    'teacher.retries',
    'teacher.cache',
    'pretrain.lr',
    'ppo.lr',
] as const satisfies readonly ConfigKey[];
export const fieldOf = (key: ConfigKey): Field => fields[key];

export function presetValue(key: ConfigKey, preset: PresetName): number | string {
    const field = fieldOf(key);
    return field.presets?.[preset] ?? field.default;
}

/** `ppo.klTarget` → `--ppo-kl-target` */
export function optionName(key: ConfigKey): string {
    return `--${key.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads one value as a person typed it; refuses it in one sentence. */
export function parseValue(key: ConfigKey, typed: string | number): number | string {
    const field = fieldOf(key);
    const name = optionName(key);
    if (field.kind === 'text') return String(typed);
    if (field.kind === 'choice') {
        if (field.choices.includes(String(typed))) return String(typed);
        throw badInput(`${name} cannot be "${typed}": choose one of ${field.choices.join(', ')}.`);
    }
    const value = typeof typed === 'number' ? typed : typed.trim() === '' ? Number.NaN : Number(typed);
    const range = `${field.whole ? 'a whole number' : 'a number'} from ${field.min} to ${field.max}${field.unit ? ` (${field.unit})` : ''}`;
    if (!Number.isFinite(value) || value < field.min || value > field.max || (field.whole && !Number.isInteger(value)))
        throw badInput(`${name} cannot be "${typed}": it wants ${range}.`);
    return value;
}

/** The preset's column with the given values over it; impossible combinations are refused in one sentence. */
export function composeConfig(
    preset: PresetName,
    given: Readonly<Partial<Record<ConfigKey, string | number>>>,
): RunConfig {
    const values = Object.fromEntries(
        configKeys.map((key) => [
            key,
            given[key] === undefined ? presetValue(key, preset) : parseValue(key, given[key]),
        ]),
    ) as unknown as RunConfig;
    refuseImpossible(values);
    return values;
}

function refuseImpossible(config: RunConfig): void {
    if (config['student.width'] % config['student.heads'] !== 0)
        throw badInput(
            `A width of ${config['student.width']} cannot be split over ${config['student.heads']} heads: choose --student-heads that divides --student-width.`,
        );
    if (config['rollout.prompt'] === '')
        throw badInput(`${optionName('rollout.prompt')} cannot be empty: a story has to continue something.`);
    if (config['ppo.batch'] % config['ppo.minibatch'] !== 0)
        throw badInput(
            `A batch of ${config['ppo.batch']} stories cannot be cut into minibatches of ${config['ppo.minibatch']}: choose --ppo-minibatch that divides --ppo-batch.`,
        );
    if (config['budget.words'] === 0 && config['budget.updates'] === 0 && config['budget.minutes'] === 0)
        throw badInput('The run would never end: give it --budget-words, --budget-updates or --budget-minutes.');
}

const storedConfigSchema = z.object({
    version: z.number().int(),
    preset: z.enum(['paper', 'improved', 'quick']),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export interface StoredConfig {
    readonly version: number;
    readonly preset: PresetName;
    readonly values: RunConfig;
}

/** What runs of older versions did before these settings were there, by the version that brought them. */
const broughtBy: Readonly<Record<number, Readonly<Partial<Record<ConfigKey, string | number>>>>> = {
    2: {
        // no language model rated before version 2: nothing depends on these
        'teacher.reading': 'expected',
        'teacher.rubric': 'storyteller-v1',
        'teacher.sees': 'story',
        'teacher.storyTokens': 320,
        'teacher.sideBySide': 16,
        'teacher.device': 'auto',
        'teacher.threads': 0,
        'teacher.model': '',
        'teacher.inFlight': 32,
        'teacher.patience': 120,
        'teacher.retries': 6,
        'teacher.cache': 'on',
    },
    3: { 'reward.calibration': '' },
};

/** A configuration as a run keeps it. A newer version, an unknown key or a missing one is refused, never guessed. */
export function readStoredConfig(stored: unknown): StoredConfig {
    const parsed = storedConfigSchema.safeParse(stored);
    if (!parsed.success)
        throw badInput(
            'The run’s configuration cannot be read; its stories and checkpoints are untouched. Start a new run from its last checkpoint.',
        );
    const { version, preset } = parsed.data;
    if (version > configVersion)
        throw badInput(
            `The run’s configuration is of version ${version} and this Storyloop knows ${configVersion}; nothing was changed. Open it with a newer Storyloop.`,
        );
    const since = Object.entries(broughtBy).filter(([brought]) => Number(brought) > version);
    const values = { ...Object.assign({}, ...since.map(([, settings]) => settings)), ...parsed.data.values } as Record<
        string,
        string | number
    >;
    const unknown = Object.keys(values).filter((key) => !(key in fields));
    if (unknown.length > 0)
        throw badInput(
            `The run’s configuration names "${unknown[0]}", which this Storyloop does not know; nothing was changed.`,
        );
    const missing = configKeys.filter((key) => values[key] === undefined);
    if (missing.length > 0) throw badInput(`The run’s configuration lacks "${missing[0]}"; nothing was changed.`);
    return { version: configVersion, preset, values: composeConfig(preset, values) };
}

/** `ppo.lr` 0: the published 1e-6 of 97.7 M parameters, scaled inversely with the parameters, at most 1e-4. */
export function ppoLearningRate(config: RunConfig, parameters: number): number {
    return config['ppo.lr'] > 0 ? config['ppo.lr'] : Math.min(1e-4, (1e-6 * 97_737_216) / parameters);
}
