/**
 * A language model as teacher, on one of 100 million random weights that we write ourselves: what an answer costs is a
 * matter of shapes, not of wisdom. Beside it the plain way, a chat session for every story, on the same model. With one
 * thread and in seconds of the processor, which others at work on the machine cannot take away.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getLlama, LlamaChatSession, LlamaLogLevel, LlamaModel } from 'node-llama-cpp';
import { resourcesFolder } from '../../src/main/service/sources/resources.ts';
import { readCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import type { ModelRater } from '../../src/main/teacher/llama/model-rater.ts';
import { openModel } from '../../src/main/teacher/llama/open-model.ts';
import type { StoryForModel } from '../../src/main/teacher/llama/contract.ts';
import type { Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';
import { parseRubricFile, promptVariable, storyVariable } from '../../src/shared/ratings/rubric-file.ts';
import { modelFolder, writeModel, type TinyLlama } from '../teacher/llama/tiny-llama.ts';
import { median, medianRatio, type Bench } from './measuring.ts';
import { atLeast, atMost } from './row.ts';
import { storyworldTexts } from './storyworld-texts.ts';

const sideBySide = 16; // the default
const batch = 2 * sideBySide;
const chats = 4; // stories that are asked the plain way
const tail = 105; // tokens of a story and of what follows it in the question
const forced = 4; // two digits and two separators, put behind it
const prompt = 'Once upon a time, in a faraway land,';

export const teacherLlama: Bench = {
    name: 'teacher-llama',
    async measure({ repeats }) {
        let remove = (): void => {};
        const folder = modelFolder((removal) => (remove = removal));
        try {
            const { tokenizer } = readCheckpoint(join(resourcesFolder(), 'students', 'tales-3m'));
            const file = writeModel(folder, hundredMillion(tokenizer), 'bench.gguf');
            const rubric = readFileSync(join(resourcesFolder(), 'rubrics', 'storyteller-v1.md'), 'utf8');
            const { text, criteria } = parseRubricFile(rubric, 'storyteller-v1');
            const inside = timeDecoding();
            const { rater, opened } = await openModel(
                {
                    type: 'open',
                    file,
                    template: text,
                    criteria: [...criteria],
                    reading: 'expected',
                    prompt,
                    storyTokens: 320,
                    sideBySide,
                    device: 'cpu',
                    failed: [],
                    threads: 1,
                    aloud: false,
                },
                { seconds: () => performance.now() / 1000, alive: () => {}, trying: () => {} },
            );
            const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
            const model = await llama.loadModel({ modelPath: file });

            const rubricOnce = await tokensOf(
                rater,
                storiesOf(tokenizer, sideBySide, () => 1),
            );
            const single = await tokensOf(
                rater,
                storiesOf(tokenizer, sideBySide, () => 1),
            );
            const after = single / sideBySide - 1 - forced; // of the question, behind the story
            const equal = storiesOf(tokenizer, batch, () => tail - after);
            const ragged = storiesOf(tokenizer, batch, (i) => tail - after + ((i * 37) % batch) - batch / 2);
            const seconds = { equal: [], ragged: [], chat: [], kept: [] } as Record<string, number[]>;
            const outside: number[] = [];
            const plain = equal.slice(0, chats).map(({ story }) => filled(text, story));
            const works: Readonly<Record<string, () => Promise<unknown>>> = {
                equal: () => rate(rater, equal),
                ragged: () => rate(rater, ragged),
                chat: () => chat(model, plain, false),
                kept: () => chat(model, plain, true),
            };
            const evaluated = { equal: await tokensOf(rater, equal), ragged: await tokensOf(rater, ragged) };
            for (let round = 0; round < repeats; round++)
                for (const [name, work] of Object.entries(works)) {
                    const [began, before] = [processorSeconds(), inside()];
                    await work();
                    const spent = processorSeconds() - began;
                    seconds[name]!.push(spent);
                    if (name === 'equal') outside.push(1 - (inside() - before) / spent);
                }
            await model.dispose();
            const perStory = (name: string, stories: number): number[] => seconds[name]!.map((each) => each / stories);
            // by tokens of the tails themselves: what is padded is no gain
            const perToken = (name: string, tokens: number): number[] => seconds[name]!.map((each) => each / tokens);
            const ours = perStory('equal', batch);
            return [
                {
                    name: 'teacher-llama.stories',
                    value: 1 / median(ours),
                    unit: 'stories/s',
                    note: `by the processor’s time, one thread, ${sideBySide} side by side, 100 million weights in Q8_0, a rubric of ${opened.rubricTokens} tokens`,
                },
                {
                    name: 'teacher-llama.over-chat',
                    value: medianRatio(perStory('chat', chats), ours),
                    unit: '× a chat session per story',
                    target: atLeast(3.2),
                },
                {
                    name: 'teacher-llama.over-kept-chat',
                    value: medianRatio(perStory('kept', chats), ours),
                    unit: '× one that keeps the rubric',
                },
                {
                    name: 'teacher-llama.tokens',
                    value: evaluated.equal / batch,
                    unit: `tokens evaluated per tail of ${tail}`,
                    target: atMost(112),
                    note: `the last ${after} of them are the question’s; the rubric once for all sequences, ${rubricOnce - single} tokens`,
                },
                {
                    name: 'teacher-llama.ragged',
                    value: medianRatio(perToken('equal', tail * batch), perToken('ragged', (tail - 0.5) * batch)),
                    unit: '× tokens/s of equal lengths',
                    target: atLeast(0.9),
                    note: `tails of ${tail - batch / 2} to ${tail + batch / 2 - 1}, no two alike; ${(evaluated.ragged / batch).toFixed(1)} tokens evaluated per story, padding included; it counts for nothing`,
                },
                {
                    name: 'teacher-llama.outside',
                    value: median(outside),
                    unit: 'of the time outside llama.cpp’s decoding',
                    target: atMost(0.05),
                    note: 'our TypeScript, the binding’s, and sampling',
                },
            ];
        } finally {
            remove();
        }
    },
};

/** As large as the students of the published system, with a vocabulary that reads words. */
function hundredMillion(tokenizer: Tokenizer): TinyLlama {
    const { vocab, merges } = tokenizer.toJson().model;
    const tokens = Object.entries(vocab).sort(([, a], [, b]) => a - b);
    return {
        width: 768,
        layers: 12,
        heads: 12,
        feedForward: 2048,
        context: 2048,
        type: 'Q8_0',
        spread: 0.02,
        words: { tokens: tokens.map(([token]) => token), merges: merges.map((pair) => pair.join(' ')) },
        padTokens: 16_000 - tokens.length,
    };
}

/** Stories of so many tokens each, always the same. */
function storiesOf(tokenizer: Tokenizer, count: number, length: (story: number) => number): readonly StoryForModel[] {
    const texts = storyworldTexts(2 * count);
    return Array.from({ length: count }, (_, i) => {
        const all = tokenizer.encode(`${texts[2 * i]!.trim()} ${texts[2 * i + 1]!.trim()}`);
        const story = tokenizer.decode(all.slice(0, length(i)));
        return { prompt, story, draws: [0.5, 0.5, 0.5] };
    });
}

async function rate(rater: ModelRater, stories: readonly StoryForModel[]): Promise<void> {
    for await (const { rawScores } of rater.rate(stories))
        for (const { raw } of rawScores) if (raw.kind !== 'digits') throw new Error('a story was not rated');
}

async function tokensOf(rater: ModelRater, stories: readonly StoryForModel[]): Promise<number> {
    const before = rater.tokens;
    await rate(rater, stories);
    return rater.tokens - before;
}

const filled = (rubric: string, story: string): string =>
    rubric.replaceAll(promptVariable, prompt).replace(storyVariable, () => story);

/**
 * The plain way: a session, a question, six tokens at temperature 0.2. `keeps`: in one sequence, which keeps what two
 * questions share.
 */
async function chat(model: LlamaModel, questions: readonly string[], keeps: boolean): Promise<void> {
    const context = await model.createContext({ contextSize: 1024, sequences: 1, batchSize: 512, threads: 1 });
    let sequence = context.getSequence();
    for (const question of questions) {
        const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: '' });
        await session.prompt(question, { maxTokens: 6, temperature: 0.2, seed: 42 });
        session.dispose({ disposeSequence: false });
        if (keeps) continue;
        await sequence.dispose();
        sequence = context.getSequence();
    }
    await context.dispose();
}

interface Decoder {
    decodeBatch(): Promise<void>;
}

/** Of all threads. */
function processorSeconds(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
}

/** Processor seconds inside the one native call that computes, in contexts made from now on. */
function timeDecoding(): () => number {
    let inside = 0;
    const { createContext } = LlamaModel.prototype;
    LlamaModel.prototype.createContext = async function (options) {
        const context = await createContext.call(this, options);
        const native = (context as unknown as { readonly _ctx: Decoder })._ctx;
        const decodeBatch = native.decodeBatch.bind(native);
        Object.defineProperty(native, 'decodeBatch', {
            value: async () => {
                const began = processorSeconds();
                await decodeBatch();
                inside += processorSeconds() - began;
            },
        });
        return context;
    };
    return () => inside;
}
