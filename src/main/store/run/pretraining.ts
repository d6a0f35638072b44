/** Records and reads the steps of pretraining; a step that a resumed run computes again is recognised. */
import { pretrainSchema, type PretrainRecord } from '../../../shared/run/record.ts';
import { attemptForRow, noteFirstNumber } from './attempts.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { readAll, readColumn, readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

export type RecordedStep = PretrainRecord & { readonly id: number; readonly attempt: number };

const stepColumns = `
    id, attempt, step, at, words, tokens, loss, validation_loss AS validationLoss, lr, gradient_norm AS gradientNorm`;

/**
 * Records steps in one transaction. A step whose tokens, losses and gradient norm equal the recorded ones to the last
 * bit is ignored; a different one goes under a later attempt, as with updates. Step numbers rise, perhaps with gaps.
 * @returns how many were new
 */
export function recordPretraining(lease: Lease, steps: readonly PretrainRecord[]): number {
    return underLease(lease, () => {
        const { db } = lease;
        let stored = 0;
        for (const each of steps) {
            const step = pretrainSchema.parse(each);
            const existing = currentStep(db, step.step);
            if (existing && isSame(existing, step)) continue;
            const replaces = existing !== undefined || step.step <= (lastStep(db)?.step ?? 0);
            const attempt = attemptForRow(lease, replaces);
            insertStep(db, attempt, step);
            noteFirstNumber(db, attempt, step.step);
            stored++;
        }
        return stored;
    });
}

/** Steps recorded after the cursor, as `updatesAfter` gives updates. */
export function pretrainingAfter(db: RunDatabase, cursor: number, limit = 1000): readonly RecordedStep[] {
    const sql = `SELECT ${stepColumns} FROM current_pretrain_step WHERE id > @cursor ORDER BY id LIMIT @limit`;
    return readAll<RecordedStep>(db, sql, { cursor, limit });
}

export function lastStep(db: RunDatabase): RecordedStep | undefined {
    return readOne<RecordedStep>(db, `SELECT ${stepColumns} FROM current_pretrain_step ORDER BY id DESC LIMIT 1`);
}

/** Loss of every step, in order. */
export function lossCurve(db: RunDatabase): readonly number[] {
    return readColumn<number>(db, 'SELECT loss FROM current_pretrain_step ORDER BY id');
}

/** The held-out loss as last measured; null before the first time. */
export function lastValidationLoss(db: RunDatabase): number | null {
    const sql = `SELECT validation_loss FROM current_pretrain_step WHERE validation_loss IS NOT NULL
                 ORDER BY id DESC LIMIT 1`;
    return readColumn<number>(db, sql)[0] ?? null;
}

function currentStep(db: RunDatabase, step: number): RecordedStep | undefined {
    return readOne<RecordedStep>(db, `SELECT ${stepColumns} FROM current_pretrain_step WHERE step = @step`, { step });
}

function isSame(one: PretrainRecord, other: PretrainRecord): boolean {
    return (
        one.tokens === other.tokens &&
        one.loss === other.loss &&
        one.validationLoss === other.validationLoss &&
        one.gradientNorm === other.gradientNorm
    );
}

function insertStep(db: RunDatabase, attempt: number, step: PretrainRecord): void {
    write(
        db,
        `INSERT INTO pretrain_step (attempt, step, at, words, tokens, loss, validation_loss, lr, gradient_norm)
         VALUES (@attempt, @step, @at, @words, @tokens, @loss, @validationLoss, @lr, @gradientNorm)`,
        { ...step, attempt },
    );
}
