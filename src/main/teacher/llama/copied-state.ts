/**
 * Gives several sequences of one context the same start without evaluating it in each: what one of them has computed is
 * written to a file of its own and read by the others.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LlamaContextSequence } from 'node-llama-cpp';

/**
 * The others hold what `from` holds, to the last bit, and forget what they held.
 * @throws where the file cannot be written or read, by a full disk for instance: the others are then empty or whole
 */
export async function copyState(from: LlamaContextSequence, others: readonly LlamaContextSequence[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'storyloop-rubric-'));
    try {
        const file = join(folder, 'sequence');
        await from.saveStateToFile(file);
        // the risk is another model's file, which crashes; this one was written a line before, for us alone to read
        for (const sequence of others) await sequence.loadStateFromFile(file, { acceptRisk: true });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
