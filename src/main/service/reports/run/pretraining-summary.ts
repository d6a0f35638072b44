/** Sums up a run of pretraining from its own record: losses and the checkpoint that came of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { milestones } from '../../../store/run/checkpoints.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';

export interface PretrainingSummary {
    readonly words: number;
    readonly tokens: number;
    readonly trainingLoss: number | null;
    /** Held-out loss of the last checkpoint, nats per token. */
    readonly validationLoss: number | null;
    /** The same for a student that knows only how frequent each token is. */
    readonly unigramLoss: number | null;
    readonly checkpoint: string;
}

const sealSchema = z.object({ words: z.number(), tokens: z.number(), losses: z.record(z.string(), z.number()) });

/**
 * Words, losses and the last checkpoint of a finished run of pretraining.
 * @throws where a finished run has no checkpoint
 */
export function pretrainingSummary(database: string, folder: string): PretrainingSummary {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const last = milestones(db).at(-1);
        if (!last) throw new Error('the run is finished and has no checkpoint');
        const checkpoint = join(folder, last.path);
        const { words, tokens, losses } = sealSchema.parse(
            JSON.parse(readFileSync(join(checkpoint, 'storyloop.json'), 'utf8')),
        );
        return {
            words,
            tokens,
            trainingLoss: losses['training'] ?? null,
            validationLoss: losses['validation'] ?? null,
            unigramLoss: losses['unigram'] ?? null,
            checkpoint,
        };
    } finally {
        db.close();
    }
}
