/** Prompts: each text once, and whether it is kept from learning. */
import { underLease, type Lease } from './lease.ts';
import { readOne, write } from './statements.ts';
import type { RunDatabase } from './statements.ts';

/** Keeps prompts from learning: they are for evaluations only. */
export function holdOutPrompts(lease: Lease, prompts: readonly string[]): void {
    underLease(lease, () => {
        for (const text of prompts)
            write(lease.db, 'UPDATE prompt SET held_out = 1 WHERE id = @id', { id: promptRow(lease.db, text) });
    });
}

/** The row of a prompt, made where it is new. */
export function promptRow(db: RunDatabase, text: string): number {
    const found = readOne<{ id: number }>(db, 'SELECT id FROM prompt WHERE text = @text', { text });
    return found?.id ?? write(db, 'INSERT INTO prompt (text) VALUES (@text)', { text }).id;
}
