/** The random streams of a run, by name. Each is found by its key, so resuming needs no generator's state. */
import type { RunConfig } from '../../shared/run-config.ts';
import { RandomStream } from '../learning/random.ts';

export interface RunStreams {
    /** Value head, teacher, everything but the student's writing and shuffling. */
    readonly run: RandomStream;
    /** Stories and minibatches; apart from `run` because the published runs drew them from seed 0 (R6). */
    readonly sampling: RandomStream;
}

export function streamsOf(config: RunConfig): RunStreams {
    return {
        run: new RandomStream('storyloop', config.seed),
        sampling: new RandomStream('storyloop', config['seeds.sampling'] === 'zero' ? 0 : config.seed),
    };
}

const mostStories = 1_000_000; // that a clean evaluation may have

/**
 * The seeds of a run's clean evaluations, the same before and after learning. Of the run's own seed where its settings say
 * so: what several runs gain then varies as a whole, and an interval over them covers the evaluation's noise too. With
 * fixed seeds all of them share that noise, and no spread between runs shows it.
 */
export function evaluationSeedsOf(config: RunConfig): readonly number[] {
    const fixed = config['evaluation.seed'];
    if (config['evaluation.seeds'] === 'fixed') return seedsFrom(fixed, config['evaluation.stories']);
    const first = new RandomStream('evaluation-seeds', fixed, config.seed).integer(2 ** 31 - mostStories);
    return seedsFrom(first, config['evaluation.stories']);
}

/** (first, N) → (N), one after the other. */
export function seedsFrom(first: number, stories: number): readonly number[] {
    return Array.from({ length: stories }, (_, i) => first + i);
}

/** The stream of one evaluation story: a function of its seed alone, apart from every run's streams. */
export function evaluationStream(seed: number): RandomStream {
    return new RandomStream('evaluation', seed);
}
