/** Lists the checkpoints of a run that are still on the disk, with the words that each had read and learned from. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RunKind } from '../../../shared/run/record.ts';
import type { StoredConfig } from '../../../shared/run/stored-config.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { milestones, type Milestone } from '../../store/run/checkpoints.ts';
import { readConfig, readSummary } from '../../store/run/run.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import type { RunFolder } from '../../store/home/run-folder.ts';

export interface KeptCheckpoint {
    readonly folder: string;
    /** The name of its folder: `start`, `chck_1M`, `final`. */
    readonly name: string;
    readonly kind: Milestone['kind'];
    /** SHA-256 of the weights. */
    readonly digest: string;
    /** Digests of the checkpoints that it was made from, the most recent first. */
    readonly parents: readonly string[];
    /** Words and tokens read in pretraining. */
    readonly words: number;
    readonly tokens: number;
    /** Input words of learning; 0 before it and in pretraining. */
    readonly feedbackWords: number;
    readonly update: number;
}

export interface KeptRun {
    readonly id: string;
    readonly name: string;
    readonly kind: RunKind;
    readonly folder: RunFolder;
    readonly config: StoredConfig;
    /** In the order of words. Weights that were kept twice come once, under the later name. */
    readonly checkpoints: readonly KeptCheckpoint[];
}

/** What a checkpoint's seal says of its origin. `tokens` of learning are counted on top of those that were read. */
const sealSchema = z.object({ words: z.number(), tokens: z.number(), parents: z.array(z.string()) });

/** @throws a fault where the run cannot be read */
export function keptRun(folder: RunFolder): KeptRun {
    const db = openRunDatabase(folder.database, { readonly: true });
    try {
        const { id, name, kind } = readSummary(db, 0);
        const rows = milestones(db).filter(({ path }) => existsSync(join(folder.folder, path)));
        const seals = rows.map(({ path }) => readSeal(join(folder.folder, path)));
        const tokensAtStart = seals[0]?.tokens ?? 0;
        const checkpoints = rows.map(({ path, kind: kept, digest, words, update }, i): KeptCheckpoint => {
            const { words: wordsRead, tokens, parents } = seals[i]!;
            const read =
                kind === 'pretrain' ? { words, tokens } : { words: wordsRead, tokens: Math.min(tokens, tokensAtStart) };
            const place = { folder: join(folder.folder, path), name: basename(path), kind: kept };
            return { ...place, digest, parents, ...read, feedbackWords: kind === 'learn' ? words : 0, update };
        });
        const latest = new Map(checkpoints.map((checkpoint) => [checkpoint.digest, checkpoint]));
        return { id, name, kind, folder, config: readConfig(db), checkpoints: [...latest.values()] };
    } finally {
        db.close();
    }
}

function readSeal(folder: string): z.infer<typeof sealSchema> {
    return sealSchema.parse(JSON.parse(readFileSync(join(folder, 'storyloop.json'), 'utf8')));
}

/** The newest checkpoint that was kept at an update or before it, and is still there; null where there is none. */
export function studentBefore(
    db: RunDatabase,
    { folder }: Pick<RunFolder, 'folder'>,
    update: number,
): Milestone | null {
    const kept = milestones(db).filter((each) => each.update <= update && existsSync(join(folder, each.path)));
    return kept.toSorted((a, b) => a.update - b.update).at(-1) ?? null;
}
