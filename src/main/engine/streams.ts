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

/** The stream of one evaluation story: a function of its seed alone, apart from every run's streams. */
export function evaluationStream(seed: number): RandomStream {
    return new RandomStream('evaluation', seed);
}
