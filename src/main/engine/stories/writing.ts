/** Lets a student write stories after a prompt, and counts their words as budgets and rewards need them. */
import type { RunConfig } from '../../../shared/run/config.ts';
import type { WritingShape } from '../../student/gpu-room.ts';
import { withinMemory } from '../../student/device-memory.ts';
import { createWriter, type Writer } from '../../student/writing/writer.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import type { NamedTensors, Runtime } from '../../student/runtime/runtime.ts';
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import { countWords } from '../../text/words.ts';
import type { RandomStream } from '../../learning/random.ts';
import { roomsFor, storiesSideBySide } from '../at-once.ts';

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
    /** Stories that it writes at the same time. */
    readonly sideBySide: number;
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
    readonly temperature: number;
    /** Stories that are mostly asked for at once. */
    readonly stories: number;
}

/** So low that the likeliest token has all of the probability, unless another's logit is within a thousandth of it. */
const greedyTemperature = 1e-4;
const publishedDropoutRate = 0.1; // GPT-2's own, for embeddings, attention and residuals

/**
 * Quirk R1: TRL 0.9.4 puts the network in training mode for its first step and never back before it writes, so all
 * stories but those of the first update were written with dropout (huggingface/trl issues 155 and 3000).
 */
export function rolloutDropoutRate(config: RunConfig, update: number): number {
    return config['rollout.dropout'] === 'paper' && update > 1 ? publishedDropoutRate : 0;
}

/** What decides how much memory each story takes that is written. */
export function writingShape(config: RunConfig, promptTokens: Int32Array): WritingShape {
    const dropoutRates = [...new Set([0, rolloutDropoutRate(config, Infinity)])];
    return { promptTokens: promptTokens.length, maxNewTokens: config['rollout.maxNewTokens'], dropoutRates };
}

export async function openWriter(
    runtime: Runtime,
    student: StudentConfig,
    weights: NamedTensors,
    tokenizer: Tokenizer,
    config: RunConfig,
    { temperature, stories: wanted }: StoryWriterOptions,
): Promise<StoryWriter> {
    const { 'rollout.prompt': prompt, 'rollout.maxNewTokens': maxNewTokens } = config;
    const promptTokens = Int32Array.from(tokenizer.encode(prompt));
    const room = roomsFor(config, runtime, student)?.writing(writingShape(config, promptTokens)) ?? null;
    const positions = promptTokens.length + maxNewTokens;
    const sideBySide = storiesSideBySide(config, student, positions, wanted, room);
    const writer: Writer = await createWriter(runtime, student, weights, {
        batch: sideBySide,
        maxPrompt: promptTokens.length,
        maxNewTokens,
        endOfText: tokenizer.endOfText,
    });
    return {
        prompt,
        promptTokens,
        sideBySide,
        async write(streams, { dropoutRate = 0, greedily = false, onWritten } = {}) {
            const stories: WrittenStory[] = [];
            for (let from = 0; from < streams.length; from += sideBySide) {
                const batch = streams.slice(from, from + sideBySide);
                const prompts = batch.map(() => promptTokens);
                const drawing = { temperature: greedily ? greedyTemperature : temperature, dropoutRate };
                const { tokens, finished } = await withinMemory('writing', sideBySide, () =>
                    writer.write(prompts, batch, drawing),
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
