/** Opens the small language models of reading judges: GPT-2 checkpoints like a student's, always on the processor. */
import { availableParallelism } from 'node:os';
import { readCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { languageModelParameters } from '../../student/gpt2/parameters.ts';
import { openRuntime } from '../../student/runtime/open.ts';
import { createSequenceScorer } from '../../student/scoring/sequence-scorer.ts';
import { discardWeights, loadWeights } from '../../student/weights.ts';
import type { Reader } from '../../teacher/reader.ts';

/** Every text that a reader was trained on began with this, so that the first word has something before it. */
const beginning = '~';

export async function openReader(folder: string, threads: number = availableParallelism()): Promise<Reader> {
    const { config, tokenizer, weights, digest } = readCheckpoint(folder);
    const runtime = await openRuntime({ kind: 'processor', threads });
    const live = loadWeights(runtime, languageModelParameters(config), weights);
    discardWeights(weights);
    const scorer = createSequenceScorer(runtime, config, live);
    const first = tokenizer.encode(beginning);
    return {
        digest,
        async read(texts) {
            const read = texts.map((pieces) => pieces.map((piece) => tokenizer.encode(` ${piece}`)));
            const windows = read.flatMap((pieces, text) => windowsOf(pieces, text, first, config.context));
            const logprobs = await scorer.scoreTokens(
                windows.map(({ ids, scored }) => ({ ids, from: ids.length - scored.length })),
            );
            const found = read.map((pieces) => pieces.map(({ length }) => new Float64Array(length)));
            windows.forEach(({ scored }, w) => {
                scored.forEach(({ text, piece, token }, i) => {
                    found[text]![piece]![token] = logprobs[w]![i]!;
                });
            });
            return found;
        },
        release() {
            scorer.release();
            for (const tensor of Object.values(live)) tensor.release();
            runtime.release();
        },
    };
}

/** Tokens that are read together, and the places of those that are scored in this window. */
interface Window {
    readonly ids: readonly number[];
    readonly scored: readonly { readonly text: number; readonly piece: number; readonly token: number }[];
}

/** One window if the text fits; else several, each of which begins with the second half of the one before. */
function windowsOf(
    pieces: readonly Uint16Array[],
    text: number,
    first: Uint16Array,
    context: number,
): readonly Window[] {
    const places = pieces.flatMap((ids, piece) =>
        Array.from(ids, (id, token) => ({ id, place: { text, piece, token } })),
    );
    const room = context - first.length;
    const windows: Window[] = [];
    for (let done = 0; done < places.length;) {
        const start = done === 0 ? 0 : done - Math.floor(room / 2);
        const end = Math.min(places.length, start + room);
        windows.push({
            ids: [...first, ...places.slice(start, end).map(({ id }) => id)],
            scored: places.slice(done, end).map(({ place }) => place),
        });
        done = end;
    }
    return windows;
}
