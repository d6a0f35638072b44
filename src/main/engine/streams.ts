/** The random streams of a run. Each is found by its name, so that a resumed run needs no state of a generator. */
import type { RunConfig } from '../../shared/run/config.ts';
import { RandomStream } from '../learning/random.ts';

export interface RunStreams {
    /** For the value head, the teacher, and all else but the student's writing and shuffling. */
    readonly run: RandomStream;
    /** For stories and minibatches. Apart from `run`, because the published runs drew them from seed 0 (quirk R6). */
    readonly sampling: RandomStream;
}

export function streamsOf(config: RunConfig): RunStreams {
    return {
        run: new RandomStream('storyloop', config.seed),
        sampling: new RandomStream('storyloop', config['seeds.sampling'] === 'zero' ? 0 : config.seed),
    };
}

const mostStories = 1_000_000; // of a clean evaluation

/**
 * The seeds of a run's clean evaluations, the same before and after learning. With seeds that depend on the run's own,
 * evaluations of several runs are independent, so that an interval over their gains covers the noise of evaluating too.
 * With fixed seeds all runs share that noise, and the spread between them does not show it.
 */
export function evaluationSeedsOf(config: RunConfig): readonly number[] {
    const fixed = config['evaluation.seed'];
    if (config['evaluation.seeds'] === 'fixed') return seedsFrom(fixed, config['evaluation.stories']);
    const first = new RandomStream('evaluation-seeds', fixed, config.seed).integer(2 ** 31 - mostStories);
    return seedsFrom(first, config['evaluation.stories']);
}

/** (N) consecutive seeds from `first` on. */
export function seedsFrom(first: number, stories: number): readonly number[] {
    return Array.from({ length: stories }, (_, i) => first + i);
}

/** The seeds of the stories that a second judge reads beside the teacher: the same at every reading, in every run. */
export function holdOutSeeds(stories: number): readonly number[] {
    return seedsFrom(0, stories);
}

/** The stream of one of these stories, which no other story of a run draws from. */
export function holdOutStream(seed: number): RandomStream {
    return new RandomStream('hold-out', seed);
}

/** The stream of one story of an evaluation. It depends on that story's seed alone, not on any run. */
export function evaluationStream(seed: number): RandomStream {
    return new RandomStream('evaluation', seed);
}
