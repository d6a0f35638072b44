/** Runs that belong together in a sweep: of one configuration, of one size, one begun from another. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../../../shared/faults.ts';
import { configKeys, fieldOf, resumableKeys, type ConfigKey } from '../../../../shared/run/config.ts';
import type { StudentShape } from '../../../learning/compute-cost.ts';
import type { KeptCheckpoint, KeptRun } from '../../sources/kept-checkpoints.ts';

const learningRates: readonly ConfigKey[] = ['ppo.lr', 'pretrain.lr'];
/** Settings in which runs of one configuration agree: all but seed, length, and what they run on or keep. */
const telling = configKeys.filter(
    (key) =>
        !/^(seed$|evaluation\.|runtime\.|record\.|budget\.|pretrain\.(epochs|minutes|validateEvery)$)/u.test(key) &&
        (learningRates.includes(key) || !(resumableKeys as readonly ConfigKey[]).includes(key)),
);

/** Equal for runs that differ in nothing but their seed and their length. */
export function configurationOf({ kind, config }: KeptRun): string {
    return JSON.stringify([
        kind,
        ...telling.filter((key) => fieldOf(key).jobs.includes(kind)).map((key) => config.values[key]),
    ]);
}

const shapeSchema = z.object({ n_layer: z.number(), n_embd: z.number(), vocab_size: z.number() });

/** @throws bad input where the students differ in size: words of reading would not mean the same */
export function shapeOfAll(checkpoints: readonly KeptCheckpoint[]): StudentShape {
    const shapes = new Map<string, StudentShape>();
    for (const { folder } of checkpoints) {
        const { n_layer, n_embd, vocab_size } = shapeSchema.parse(
            JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')),
        );
        shapes.set([n_layer, n_embd, vocab_size].join(), { layers: n_layer, width: n_embd, vocabulary: vocab_size });
    }
    const [shape] = shapes.values();
    if (shapes.size === 1) return shape!;
    throw badInput(
        'These runs trained students of different sizes, so words of reading are not worth the same to them; nothing was counted. Name runs of one size.',
    );
}
