/** Makes the pretrainer that a configuration asks for. */
import type { RunConfig } from '../../../shared/run/config.ts';
import type { RandomStream } from '../../learning/random.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import { adamwDefaults } from '../../student/optimiser/graph.ts';
import { createPretrainer, type Pretrainer } from '../../student/training/pretrainer.ts';
import type { Runtime } from '../../student/runtime/runtime.ts';
import { roomsFor, sequencesAtOnce } from '../at-once.ts';

export function openPretrainer(
    runtime: Runtime,
    config: RunConfig,
    student: StudentConfig,
    weights: ReadonlyMap<string, Float32Array>,
    { microBatch, sequence, random }: { microBatch: number; sequence: number; random: RandomStream },
): Promise<Pretrainer> {
    return createPretrainer(runtime, student, weights, {
        microBatch,
        sequence,
        dropout:
            config['pretrain.dropout'] > 0
                ? { rate: config['pretrain.dropout'], random: random.fork('dropout') }
                : null,
        optimiser: {
            kind: config['pretrain.optimiser'],
            ...adamwDefaults,
            weightDecay: config['pretrain.weightDecay'],
            clip: config['pretrain.clip'] > 0 ? config['pretrain.clip'] : null,
        },
    });
}

/** Rows in memory at once, of a step of `rows`. */
export function rowsAtOnce(
    config: RunConfig,
    runtime: Pick<Runtime, 'gpu' | 'target'>,
    student: StudentConfig,
    sequence: number,
    rows: number,
): number {
    const shape = { sequence, dropoutRate: config['pretrain.dropout'] };
    return sequencesAtOnce(config, student, sequence, rows, roomsFor(config, runtime, student)?.pretraining(shape));
}

export function studentConfig(config: RunConfig, vocabulary: number): StudentConfig {
    return {
        layers: config['student.layers'],
        width: config['student.width'],
        heads: config['student.heads'],
        context: config['student.context'],
        vocabulary,
    };
}
