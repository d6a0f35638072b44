/**
 * Rates stories with a language model, batch by batch. A batch has as many stories as there are sequences. They are of
 * similar length and evaluated in lockstep: llama.cpp puts only sequences of equal length into one pass, so shorter
 * ones are padded where that costs less than a pass of their own. The rubric is evaluated once, copied to every
 * sequence and kept there; after a story a sequence forgets everything behind the rubric.
 *
 * How batches are composed is recorded with the run, because logits depend on it in their last digits: stories are
 * sorted by prompt, then by number of tokens, then by their place in the request; each batch takes the next
 * `sideBySide` of them, and slot j its j-th.
 */
import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import { mostProbable, sampleCategorical, publishedTemperature, softmax } from '../../learning/digit-scores.ts';
import { paperReplyTokens } from '../../learning/reply-parsing.ts';
import type { AnswerTokens } from './answer-tokens.ts';
import { copyState } from './copied-state.ts';
import { equalisedLengths } from './equal-lengths.ts';
import type { Questions, TokenizedQuestion } from './question.ts';
import type { OpenModel, RawScores, StoryForModel } from './contract.ts';

export interface ModelBatch {
    readonly rawScores: readonly { readonly story: number; readonly raw: RawScores }[];
    /** Seconds inside llama.cpp. */
    readonly modelSeconds: number;
}

interface Slot {
    readonly sequence: LlamaContextSequence;
    /** What the sequence keeps between stories: the rubric up to the story. */
    prefix: readonly Token[];
}

interface Placed {
    readonly place: number;
    readonly story: StoryForModel;
    readonly question: TokenizedQuestion;
    readonly tail: readonly Token[];
}

export class ModelRater {
    readonly #model: LlamaModel;
    readonly #slots: readonly Slot[];
    readonly #questions: Questions;
    readonly #answer: AnswerTokens;
    readonly #request: Pick<OpenModel, 'criteria' | 'reading' | 'storyTokens'>;
    readonly #seconds: () => number;
    readonly #alive: () => void;
    #modelSeconds = 0;

    constructor(
        model: LlamaModel,
        sequences: readonly LlamaContextSequence[],
        questions: Questions,
        answer: AnswerTokens,
        request: Pick<OpenModel, 'criteria' | 'reading' | 'storyTokens'>,
        io: { readonly seconds: () => number; readonly alive: () => void },
    ) {
        this.#model = model;
        this.#slots = sequences.map((sequence) => ({ sequence, prefix: [] }));
        this.#questions = questions;
        this.#answer = answer;
        this.#request = request;
        this.#seconds = io.seconds;
        this.#alive = io.alive;
    }

    /** Tokens evaluated so far, the rubric included. */
    get tokens(): number {
        // node-llama-cpp counts a token as output where a next one was asked for
        return this.#slots.reduce(
            (sum, { sequence: { tokenMeter } }) => sum + tokenMeter.usedInputTokens + tokenMeter.usedOutputTokens,
            0,
        );
    }

    /** Raw scores, batch by batch; stories that are refused come first, because they need no model. */
    async *rate(stories: readonly StoryForModel[]): AsyncGenerator<ModelBatch> {
        const placed: Placed[] = [];
        const refused: { story: number; raw: RawScores }[] = [];
        stories.forEach((story, i) => {
            const question = this.#questions.questionFor(story.prompt);
            const tokens = this.#questions.tokenise(story.story);
            const why = this.#whyNot(question, tokens.length);
            if (why !== null) refused.push({ story: i, raw: { kind: 'refused', why } });
            else placed.push({ place: i, story, question, tail: [...tokens, ...question.suffix] });
        });
        if (refused.length > 0) yield { rawScores: refused, modelSeconds: 0 };
        const prompts = [...new Set(placed.map(({ story }) => story.prompt))].sort();
        for (const prompt of prompts) {
            const those = placed
                .filter(({ story }) => story.prompt === prompt)
                .sort((a, b) => a.tail.length - b.tail.length || a.place - b.place);
            for (let from = 0; from < those.length; from += this.#slots.length) {
                const batch = those.slice(from, from + this.#slots.length);
                this.#modelSeconds = 0;
                const rawScores = await this.#rateBatch(batch);
                yield {
                    rawScores: batch.map(({ place }, j) => ({ story: place, raw: rawScores[j]! })),
                    modelSeconds: this.#modelSeconds,
                };
            }
        }
    }

    #whyNot({ prefix, suffix }: TokenizedQuestion, tokens: number): string | null {
        const { storyTokens } = this.#request;
        if (tokens > storyTokens) return `the story has ${tokens} tokens and the teacher reads ${storyTokens}`;
        const answer = paperReplyTokens(this.#request.criteria.length);
        const room = this.#slots[0]!.sequence.contextSize - prefix.length - suffix.length - answer;
        return tokens > room ? `rubric, prompt and story together do not fit into the model's context` : null;
    }

    async #rateBatch(batch: readonly Placed[]): Promise<readonly RawScores[]> {
        await this.#backToRubric(this.#slots.slice(0, batch.length), batch[0]!.question.prefix);
        return this.#request.reading === 'paper-text' ? this.#freeText(batch) : this.#digits(batch);
    }

    /**
     * Leaves nothing in the sequences but the rubric. Where it differs from the last one, it is evaluated in one
     * sequence, from the first difference on, and copied to the others.
     */
    async #backToRubric(slots: readonly Slot[], prefix: readonly Token[]): Promise<void> {
        for (const slot of slots) {
            const { sequence } = slot;
            const retained = slot.prefix === prefix ? prefix.length : sharedStart(slot.prefix, prefix);
            if (sequence.nextTokenIndex > retained)
                await sequence.eraseContextTokenRanges([{ start: retained, end: sequence.nextTokenIndex }]);
            slot.prefix = prefix;
        }
        const isReady = ({ sequence }: Slot): boolean => sequence.nextTokenIndex === prefix.length;
        const behind = slots.filter((slot) => !isReady(slot)).map(({ sequence }) => sequence);
        if (behind.length === 0) return;
        const whole = slots.find(isReady)?.sequence;
        const first = whole ?? behind.shift()!;
        await this.#inModel(async () => {
            if (!whole) await first.evaluateWithoutGeneratingNewTokens(prefix.slice(first.nextTokenIndex));
            this.#alive();
            try {
                if (behind.length > 0) await copyState(first, behind);
            } catch {
                // a full disk, for instance: to evaluate it in each takes longer and gives the same
                for (const sequence of behind) {
                    await sequence.clearHistory();
                    await sequence.evaluateWithoutGeneratingNewTokens([...prefix]);
                    this.#alive();
                }
            }
        });
        this.#alive();
    }

    /** Asks for one digit per criterion; those before it stand in the context as if the model had written them. */
    async #digits(batch: readonly Placed[]): Promise<readonly RawScores[]> {
        const { criteria, reading } = this.#request;
        const { separator, first, later } = this.#answer;
        const inputs = batch.map(({ tail }): Token[] => [...tail]);
        const found = batch.map((): Extract<RawScores, { kind: 'digits' }>['criteria'][number][] => []);
        const broken = new Set<number>();
        for (const [c, { min, max }] of criteria.entries()) {
            const digits = (c === 0 ? first : later).slice(min, max + 1);
            const generateNext = {
                logits: { filter: { tokens: digits, includeMax: true } },
                totalLogitWeight: true,
            } as const;
            const outputs = await this.#lockstep(inputs, { generateNext });
            outputs.forEach((next, j) => {
                const probabilities = softmax(digits.map((digit) => next.logits?.get(digit) ?? Number.NaN));
                if (probabilities === null || !Number.isFinite(next.totalLogitWeight)) broken.add(j);
                const sure = probabilities ?? digits.map(() => 1 / digits.length);
                const draw = batch[j]!.story.draws[c] ?? 0;
                const chosen =
                    reading === 'digits'
                        ? sampleCategorical(softmax(sure.map(Math.log), publishedTemperature) ?? sure, draw)
                        : mostProbable(sure);
                found[j]!.push({
                    probabilities: sure,
                    chosen,
                    offFormat: offFormatMass(next.logits, digits, next.totalLogitWeight),
                });
                inputs[j] = [digits[chosen]!, ...separator];
            });
        }
        return found.map((each, j) =>
            broken.has(j)
                ? { kind: 'refused', why: 'the model’s numbers are not finite: its weights are broken' }
                : { kind: 'digits', criteria: each },
        );
    }

    /** Free text, as published: a few tokens drawn at temperature 0.2, whatever they say. */
    async #freeText(batch: readonly Placed[]): Promise<readonly RawScores[]> {
        const replies = batch.map((): Token[] => []);
        let inputs = batch.map(({ tail }): Token[] => [...tail]);
        let writing = batch.map((_, j) => j);
        const longest = paperReplyTokens(this.#request.criteria.length);
        for (let round = 0; round < longest && writing.length > 0; round++) {
            const outputs = await this.#lockstep(inputs, (j) => ({
                generateNext: {
                    token: true,
                    options: {
                        temperature: publishedTemperature,
                        topK: 0,
                        topP: 1,
                        minP: 0,
                        seed: Math.floor((batch[j]!.story.draws[round] ?? 0) * 2 ** 31),
                    },
                },
            }));
            const goesOn: number[] = [];
            inputs = batch.map(() => []);
            for (const j of writing) {
                const token = outputs[j]!.token;
                if (token === undefined || token === null || this.#model.isEogToken(token)) continue;
                replies[j]!.push(token);
                inputs[j] = [token];
                goesOn.push(j);
            }
            writing = goesOn;
        }
        return replies.map((tokens) => ({ kind: 'text', reply: this.#model.detokenize(tokens) }));
    }

    /**
     * Evaluates each slot's input, if it has any, and asks for what follows its last token. Padding stands behind that
     * token, which cannot see it, and is erased at once.
     */
    async #lockstep(
        inputs: readonly (readonly Token[])[],
        how: Next | ((slot: number) => Next),
    ): Promise<readonly NextOutput[]> {
        const lengths = equalisedLengths(inputs.map(({ length }) => length));
        const outputs = await this.#inModel(() =>
            Promise.all(
                inputs.map(async (tokens, j): Promise<NextOutput> => {
                    const last = tokens.at(-1);
                    if (last === undefined) return {};
                    const { sequence } = this.#slots[j]!;
                    const end = sequence.nextTokenIndex + tokens.length;
                    const result = await sequence.controlledEvaluate([
                        ...tokens.slice(0, -1),
                        [last, typeof how === 'function' ? how(j) : how],
                        ...Array.from({ length: lengths[j]! - tokens.length }, () => last),
                    ]);
                    if (sequence.nextTokenIndex > end)
                        await sequence.eraseContextTokenRanges([{ start: end, end: sequence.nextTokenIndex }]);
                    return result[tokens.length - 1]?.next ?? {};
                }),
            ),
        );
        this.#alive();
        return outputs;
    }

    async #inModel<T>(work: () => Promise<T>): Promise<T> {
        const began = this.#seconds();
        const result = await work();
        this.#modelSeconds += this.#seconds() - began;
        return result;
    }
}

type ControlledInput = Parameters<LlamaContextSequence['controlledEvaluate']>[0][number];
type Next = Extract<ControlledInput, readonly unknown[]>[1];
type NextOutput = NonNullable<Awaited<ReturnType<LlamaContextSequence['controlledEvaluate']>>[number]>['next'];

/** The probability that the model would have written something other than one of the digits: 1 − Σ p(digit). */
function offFormatMass(
    logits: ReadonlyMap<Token, number> | undefined,
    digits: readonly Token[],
    totalWeight = Number.NaN,
): number {
    if (!logits) return 1;
    const most = Math.max(...logits.values());
    const onDigits = digits.reduce((sum, digit) => sum + Math.exp((logits.get(digit) ?? -Infinity) - most), 0);
    const mass = 1 - onDigits / totalWeight;
    return Number.isFinite(mass) ? Math.min(1, Math.max(0, mass)) : 1;
}

function sharedStart(a: readonly Token[], b: readonly Token[]): number {
    let length = 0;
    while (length < a.length && length < b.length && a[length] === b[length]) length++;
    return length;
}
