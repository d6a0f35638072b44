/** Checkpoints: which folders are complete on disk, and how good the student was when each was taken. */
import { checkpointSchema, type CheckpointRecord } from '../../../shared/run/record.ts';
import { openedAttempt } from './attempts.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { readAll, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

/** A checkpoint with what was known when it was taken. */
export type Milestone = CheckpointRecord & {
    readonly attempt: number;
    /** Mean teacher score of the update that ended in it, 0–9 as published; null in pretraining. */
    readonly scoreMean: number | null;
    readonly klMean: number | null;
    /** Held-out loss, nats per token, last measured at or before it; null in interactive learning. */
    readonly validationLoss: number | null;
};

/** Records a checkpoint once its folder is whole. Taken again at the same path, the row follows what lies on disk. */
export function recordCheckpoint(lease: Lease, checkpoint: CheckpointRecord): void {
    const { path, kind, at, words, update, digest } = checkpointSchema.parse(checkpoint);
    underLease(lease, () => {
        const attempt = openedAttempt(lease.db).number;
        write(
            lease.db,
            `INSERT INTO checkpoint (path, attempt, kind, at, words, update_number, digest)
             VALUES (@path, @attempt, @kind, @at, @words, @update, @digest)
             ON CONFLICT (path) DO UPDATE
             SET attempt = @attempt, kind = @kind, at = @at, words = @words, update_number = @update, digest = @digest
             WHERE digest <> @digest`,
            { path, attempt, kind, at, words, update, digest },
        );
    });
}

/** All checkpoints in the order of words; the final one last, also of a run that went back to fewer. */
export function milestones(db: RunDatabase): readonly Milestone[] {
    return readAll<Milestone>(
        db,
        `SELECT checkpoint.path, checkpoint.kind, checkpoint.at, checkpoint.words, checkpoint.update_number AS "update",
                checkpoint.digest, checkpoint.attempt, recorded.score_mean AS scoreMean, recorded.kl_mean AS klMean,
                (SELECT validation_loss FROM current_pretrain_step
                 WHERE step <= checkpoint.update_number AND validation_loss IS NOT NULL
                 ORDER BY step DESC LIMIT 1) AS validationLoss
         FROM checkpoint
         LEFT JOIN current_update AS recorded ON recorded.number = checkpoint.update_number
         ORDER BY checkpoint.kind = 'final' AND checkpoint.at >= (SELECT max(at) FROM checkpoint),
                  checkpoint.words, checkpoint.at`,
    );
}
