/** Lets a student write stories after a prompt, and counts their words as budgets and rewards need them. */
import { createWriter, type Writer } from '../../student/writing/writer.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import type { NamedTensors, Runtime } from '../../student/runtime/runtime.ts';
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import { countWords } from '../../text/words.ts';
import type { RandomStream } from '../../learning/random.ts';

export interface WrittenStory {
    readonly prompt: string;
    /** Decoded, without special tokens. */
    readonly story: string;
    readonly tokens: Int32Array; // (T) of the story, with `</s>` where the student ended it
    readonly words: number;
    /** Words as the published length bonus counts them, where `</s>` is part of the last word or a word of its own. */
    readonly rewardWords: number;
    readonly finished: boolean;
}

export interface StoryWriter {
    readonly prompt: string;
    readonly promptTokens: Int32Array;
    /** Writes one story per stream. It depends on the weights, the prompt, the dropout rate and its stream alone. */
    write(streams: readonly RandomStream[], how?: HowToWrite): Promise<readonly WrittenStory[]>;
    release(): void;
}

interface HowToWrite {
    /** Left out: 0. */
    readonly dropoutRate?: number;
    /** The likeliest word at every place, instead of a drawn one. */
    readonly greedily?: boolean;
    /** Called as stories are finished, with some at a time, in their order. */
    readonly onWritten?: (stories: readonly WrittenStory[]) => void;
}

export interface StoryWriterOptions {
    readonly prompt: string;
    readonly maxNewTokens: number;
    readonly temperature: number;
}

/** So low that the likeliest token has all of the probability, unless another's logit is within a thousandth of it. */
const greedyTemperature = 1e-4;
const mostSideBySide = 64; // with more, small students write hardly faster and need more memory
const mostCacheBytes = 256 * 2 ** 20;

/** Stories decoded side by side: as many as have keys and values below 256 MB. No story depends on it. */
function storiesSideBySide({ layers, width }: StudentConfig, positions: number): number {
    const cacheBytes = 4 * 2 * layers * positions * width; // of one story
    return Math.max(1, Math.min(mostSideBySide, Math.floor(mostCacheBytes / cacheBytes)));
}

export async function openWriter(
    runtime: Runtime,
    student: StudentConfig,
    weights: NamedTensors,
    tokenizer: Tokenizer,
    options: StoryWriterOptions,
): Promise<StoryWriter> {
    const { prompt, maxNewTokens, temperature } = options;
    const promptTokens = Int32Array.from(tokenizer.encode(prompt));
    const sideBySide = storiesSideBySide(student, promptTokens.length + maxNewTokens);
    const writer: Writer = await createWriter(runtime, student, weights, {
        batch: sideBySide,
        maxPrompt: promptTokens.length,
        maxNewTokens,
        endOfText: tokenizer.endOfText,
    });
    return {
        prompt,
        promptTokens,
        async write(streams, { dropoutRate = 0, greedily = false, onWritten } = {}) {
            const stories: WrittenStory[] = [];
            for (let from = 0; from < streams.length; from += sideBySide) {
                const batch = streams.slice(from, from + sideBySide);
                const { tokens, finished } = await writer.write(
                    batch.map(() => promptTokens),
                    batch,
                    { temperature: greedily ? greedyTemperature : temperature, dropoutRate },
                );
                const chunk = tokens.map((ids, i): WrittenStory => {
                    const story = tokenizer.decode(ids);
                    const rewardWords = countWords(finished[i] ? `${story}</s>` : story);
                    return {
                        prompt,
                        story,
                        tokens: ids,
                        words: countWords(story),
                        rewardWords,
                        finished: finished[i]!,
                    };
                });
                stories.push(...chunk);
                onWritten?.(chunk);
            }
            return stories;
        },
        release: () => writer.release(),
    };
}
