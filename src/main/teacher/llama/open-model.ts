/**
 * Makes a rater of a model's file: opens the device, loads the model and makes a context for rubric and longest story.
 */
import type { LlamaContextSequence, LlamaModel } from 'node-llama-cpp';
import { paperReplyTokens } from '../../learning/reply-parsing.ts';
import { findAnswerTokens } from './answer-tokens.ts';
import { describeDevice, firstLine, openBackend, type LlamaDevice } from './device.ts';
import { ModelRater } from './model-rater.ts';
import { createQuestions } from './question.ts';
import type { ModelDevice, OpenedModel, OpenModel } from './contract.ts';
import { DeviceFailure, Refusal } from './refusal.ts';

const batchTokens = 1024; // evaluated at once; the memory for their logits grows with it
// On a processor llama.cpp's attention is slow for fewer than 64 tokens of a sequence at a time. A batch of 16 stories
// of the usual length must not be split: as measured, the second part took twice as long per token.
const batchTokensOfProcessor = 2048;
const spare = 8;

export interface ProcessIo {
    readonly seconds: () => number;
    readonly alive: () => void;
    /** Called before a device is tried. */
    readonly trying: (device: ModelDevice) => void;
}

/**
 * Makes a rater of the model that the request names.
 * @throws a refusal where the model cannot read ratings with this rubric, or does not fit into memory; a failure of the
 * device where that does not compute
 */
export async function openModel(
    request: OpenModel,
    io: ProcessIo,
): Promise<{ readonly rater: ModelRater; readonly opened: OpenedModel }> {
    const backend = await openBackend(request, io.trying);
    const model = await load(request, backend, io);
    const answer = findAnswerTokens(model);
    if (answer === null) throw new Refusal('does not write each digit as one token, so its scores cannot be read');
    const questions = createQuestions(model, request.template);
    const { prefix, suffix } = questions.questionFor(request.prompt);
    const rubricTokens = prefix.length + suffix.length;
    const needed = rubricTokens + request.storyTokens + paperReplyTokens(request.criteria.length) + spare;
    if (needed > model.trainContextSize)
        throw new Refusal(
            `reads ${model.trainContextSize} tokens, and the rubric (${rubricTokens}) plus a story (${request.storyTokens}) needs ${needed}: choose another model, a shorter rubric, or a lower limit on story tokens`,
        );
    const contextSize = Math.min(model.trainContextSize, Math.ceil(needed / 256) * 256);
    let context;
    try {
        context = await model.createContext({
            contextSize,
            sequences: request.sideBySide,
            batchSize: Math.max(model.gpuLayers === 0 ? batchTokensOfProcessor : batchTokens, request.sideBySide),
            threads: backend.threads,
            swaFullCache: true, // keeps the rubric, also in models with sliding-window attention
            failedCreationRemedy: false,
        });
    } catch (error) {
        throw new Refusal(
            `does not fit into memory with ${request.sideBySide} sequences of ${contextSize} tokens (${String(error)}): lower the number of stories at once or the limit on story tokens`,
        );
    }
    const sequences = Array.from({ length: request.sideBySide }, () => context.getSequence());
    if (backend.device !== 'cpu') await prove(backend, model, sequences[0]!);
    const { ram, vram } = context.memoryUsage;
    return {
        rater: new ModelRater(model, sequences, questions, answer, request, io),
        opened: {
            type: 'opened',
            device: describeDevice(backend, model),
            onProcessor: model.gpuLayers === 0,
            threads: backend.threads,
            backend: `llama.cpp ${backend.llama.llamaCppRelease.release} ${backend.llama.gpu || 'cpu'}`,
            chatTemplate: questions.chatTemplate,
            separator: answer.inWords,
            trainContext: model.trainContextSize,
            context: context.contextSize,
            rubricTokens,
            sideBySide: request.sideBySide,
            memory: { ram: ram + model.memoryUsage.ram, vram: vram + model.memoryUsage.vram },
        },
    };
}

async function load({ file, sideBySide }: OpenModel, backend: LlamaDevice, io: ProcessIo): Promise<LlamaModel> {
    try {
        return await backend.llama.loadModel({
            modelPath: file,
            gpuLayers: backend.device === 'cpu' ? 0 : { fitContext: { contextSize: batchTokens * sideBySide } },
            onLoadProgress: io.alive,
        });
    } catch (error) {
        const why = (await backend.complaints()) || firstLine(error);
        // the file or the device: the processor, tried last, tells which
        throw backend.device === 'cpu' ? new Refusal(`cannot be loaded: ${why}`) : new DeviceFailure(why);
    }
}

/** The model reads a few words: the only proof that a GPU computes with these weights. */
async function prove(backend: LlamaDevice, model: LlamaModel, sequence: LlamaContextSequence): Promise<void> {
    const tokens = model.tokenize('Once upon a time there was');
    const last = tokens.pop()!;
    let logits: readonly number[];
    try {
        const outputs = await sequence.controlledEvaluate([
            ...tokens,
            [last, { generateNext: { logits: { filter: { tokens: [last], includeMax: true } } } }],
        ]);
        logits = [...(outputs.at(-1)?.next.logits?.values() ?? [])];
        await sequence.clearHistory();
    } catch (error) {
        throw new DeviceFailure((await backend.complaints()) || firstLine(error));
    }
    if (logits.length === 0 || !logits.every(Number.isFinite))
        throw new DeviceFailure('what it computes is not a number');
}
