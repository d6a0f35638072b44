/** Learning that ends in seconds: a student of a few thousand weights, and a listener to what the engine tells. */
import { composeConfig, type ConfigKey } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import type { LearningSupervisor } from '../../src/main/engine/tasks/learn.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { writeCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { initialWeights, languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { trainBytePairs } from '../../src/main/text/tokenizer/bpe-training.ts';
import { Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';

/** A student with opinions: weights wide enough that dropout changes what it says. */
export function writeStudent(folder: string): void {
    const words = ['the', ' cat', ' sat', ' on', ' a', ' mat', ' and', ' slept', ' all', ' day'];
    const counts = new Map(words.map((word, at) => [word, 20 - at]));
    const tokenizer = new Tokenizer(trainBytePairs(counts, { vocabularySize: 280, minFrequency: 2 }));
    const config = { layers: 2, width: 32, heads: 2, vocabulary: tokenizer.vocabularySize, context: 32 };
    const drawn = initialWeights(config, languageModelParameters(config), new RandomStream('opinions'));
    const weights = new Map([...drawn].map(([name, values]) => [name, values.map((x) => (x === 1 ? 1 : 10 * x))]));
    const origin = { words: 0, tokens: 0, losses: {}, temperature: 1, parents: [] };
    writeCheckpoint(folder, { config, tokenizer, weights, origin });
}

const usual = {
    'rollout.prompt': 'the cat',
    'rollout.maxNewTokens': 16,
    teacher: 'length',
    'ppo.batch': 60,
    'ppo.minibatch': 60,
    'ppo.lr': 1e-4,
    'budget.updates': 3,
    'evaluation.stories': 40,
    'runtime.kind': 'native',
    'runtime.threads': 1,
};

/** A configuration of the preset `paper` that is done in seconds, as a task carries it. */
export function stored(given: Readonly<Partial<Record<ConfigKey, string | number>>>): {
    version: number;
    preset: string;
    values: Record<string, string | number>;
} {
    return { version: configVersion, preset: 'paper', values: composeConfig('paper', { ...usual, ...given }) };
}

/** Keeps what the engine tells; asks for a pause as long as `wantsPause` says so. */
export function listener(events: EngineEvent[], wantsPause: () => boolean = () => false): LearningSupervisor {
    let ticks = 0;
    return {
        resources: '',
        startTeacher: () => {
            throw new Error('the test asks for no language model');
        },
        send: (event) => void events.push(event),
        commit: (event) => Promise.resolve(void events.push(event)),
        cudaVerdict: () => Promise.reject(new Error('the test has no provider of CUDA')),
        recall: (keys) => Promise.resolve(keys.map(() => null)),
        pauseAsked: wantsPause,
        takeCheckpointAsked: () => false,
        takeEarlierStudent: () => null,
        now: () => 0,
        seconds: () => ticks++,
    };
}
