/**
 * Asks llama.cpp, through node-llama-cpp's own binary, what it makes of a model file. It may abort its process on a
 * file it dislikes, so it runs in a process that may be lost.
 */
import type { ControlledEvaluateInputItem, Token } from 'node-llama-cpp';

export interface LlamaAnswers {
    /** Token ids of each text, special tokens read as plain text. */
    readonly tokens: readonly (readonly number[])[];
    /** Logits of what follows each of the ids: (T, V). */
    readonly logits: readonly Float64Array[];
}

/** @param contextSize positions the model has learned: llama.cpp aborts beyond them */
export async function askLlama(
    path: string,
    texts: readonly string[],
    ids: readonly number[],
    contextSize: number,
): Promise<LlamaAnswers> {
    const { getLlama, LlamaLogLevel } = await import('node-llama-cpp'); // slow to load, and only needed here
    const llama = await getLlama({
        gpu: false, // exact results, and the GPU stays free for runs
        build: 'never',
        skipDownload: true,
        maxThreads: 1,
        logLevel: LlamaLogLevel.error,
    });
    try {
        const model = await llama.loadModel({ modelPath: path });
        const context = await model.createContext({ contextSize, batchSize: contextSize, threads: 1 });
        const sequence = context.getSequence();
        const tokens = texts.map((text) => [...model.tokenize(text)].map(Number));
        const answers = await sequence.controlledEvaluate(
            ids.map((id): ControlledEvaluateInputItem => [id as Token, { generateNext: { logits: true } }]),
        );
        const logits = answers.map((answer) => {
            const found = answer?.next.logits ?? new Map<Token, number>();
            const row = new Float64Array(found.size);
            for (const [token, logit] of found) row[token] = logit;
            return row;
        });
        return { tokens, logits };
    } finally {
        await llama.dispose();
    }
}
