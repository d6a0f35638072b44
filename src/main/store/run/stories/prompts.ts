/** Prompts: each text once. */
import { readOne, write } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

/** The row of a prompt, made where it is new. */
export function promptRow(db: RunDatabase, text: string): number {
    const found = readOne<{ id: number }>(db, 'SELECT id FROM prompt WHERE text = @text', { text });
    return found?.id ?? write(db, 'INSERT INTO prompt (text) VALUES (@text)', { text }).id;
}
