/** Builds the requests to an OpenAI-compatible server and reads ratings from its answers. It touches no network. */
import { z } from 'zod';
import type { Criterion, Rating, Rubric } from '../../../shared/ratings/rubric.ts';
import { chancesOfMasses, ratingOfChances, type ScoreChances } from '../../learning/digit-scores.ts';
import { paperReplyTokens, parsePaperReply, parseStrictReply } from '../../learning/reply-parsing.ts';

/** How scores are read. `text` is what becomes of `expected` at a server that gives no probabilities. */
export type Reading = 'expected' | 'digits' | 'paper-text' | 'text';

export interface ChatRequest {
    readonly model: string;
    readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
    readonly max_tokens: number;
    readonly temperature: number;
    readonly top_p: number;
    readonly seed: number;
    readonly logprobs?: true;
    readonly top_logprobs?: number;
}

const drawingTemperature = 0.2; // as published; for `digits` and `paper-text`

export interface Question {
    readonly model: string;
    readonly content: string;
    readonly rubric: Rubric;
    readonly reading: Reading;
    readonly seed: number;
    /** For how many tokens in each place the probability is asked; 20 is the most that OpenAI and vLLM give. */
    readonly alternatives: number;
}

/** In tokens: numbers and the spaces between. For three criteria 6, as published; other readings get two more. */
export function longestReply(reading: Reading, criteria: number): number {
    return paperReplyTokens(criteria) + (reading === 'paper-text' ? 0 : 2);
}

/** One user message that asks for the scores of one story. */
export function chatRequest({ model, content, rubric, reading, seed, alternatives }: Question): ChatRequest {
    const messages = [{ role: 'user', content: content.toWellFormed() }] as const; // JSON has no lone surrogates
    const shared = { model, messages, top_p: 1 };
    const max_tokens = longestReply(reading, rubric.criteria.length);
    switch (reading) {
        case 'paper-text':
        case 'digits':
            return { ...shared, max_tokens, temperature: drawingTemperature, seed };
        case 'expected':
            return {
                ...shared,
                max_tokens,
                temperature: 0,
                seed,
                logprobs: true,
                top_logprobs: alternatives,
            };
        case 'text':
            return { ...shared, max_tokens, temperature: 0, seed };
        default:
            return reading satisfies never;
    }
}

const logprob = z.number().nullable(); // vLLM writes −∞ as null
const optionalText = z.string().nullish().catch(undefined);
/** One part of a content that is a list of parts. */
const partSchema = z.object({ type: z.string().catch('text'), text: optionalText, refusal: optionalText });
const replySchema = z.object({
    choices: z
        .array(
            z.object({
                message: z.object({
                    content: z.union([z.string(), z.array(z.union([z.string(), partSchema]))]).nullish(),
                    refusal: optionalText,
                    reasoning_content: optionalText, // vLLM, DeepSeek, llama-server
                    reasoning: optionalText, // OpenRouter, and vLLM since 0.12
                }),
                logprobs: z
                    .object({
                        content: z
                            .array(
                                z.object({
                                    token: z.string(),
                                    logprob,
                                    top_logprobs: z.array(z.object({ token: z.string(), logprob })).nullish(),
                                }),
                            )
                            .nullish(),
                    })
                    .nullish(),
            }),
        )
        .min(1),
});
type ReplyMessage = z.infer<typeof replySchema>['choices'][number]['message'];

interface ReplyToken {
    readonly text: string;
    readonly choices: readonly { readonly text: string; readonly probability: number }[];
}
export interface ChatReply {
    /** The answer, without the model's thoughts. */
    readonly text: string;
    /** What a model said instead of an answer: why it refuses, or its thoughts so far, as `<think>…`; else empty. */
    readonly instead: string;
    /** The tokens of the answer with their probabilities; null from a server that gives none. */
    readonly tokens: readonly ReplyToken[] | null;
}

/** What a server answered; undefined where that is no chat completion. */
export function readChatReply(answer: unknown): ChatReply | undefined {
    const parsed = replySchema.safeParse(answer);
    if (!parsed.success) return undefined;
    const { message, logprobs } = parsed.data.choices[0]!;
    const tokens = logprobs?.content ?? [];
    return {
        ...wordsOf(message),
        tokens: tokens.some(({ top_logprobs }) => (top_logprobs?.length ?? 0) > 0)
            ? tokens.map(({ token, logprob, top_logprobs }) => ({
                  text: token,
                  choices: [{ token, logprob }, ...(top_logprobs ?? []).filter((other) => other.token !== token)].map(
                      (choice) => ({ text: choice.token, probability: Math.exp(choice.logprob ?? -Infinity) }),
                  ),
              }))
            : null,
    };
}

function wordsOf({
    content,
    refusal,
    reasoning_content,
    reasoning,
}: ReplyMessage): Pick<ChatReply, 'text' | 'instead'> {
    const parts = typeof content === 'string' ? [content] : (content ?? []);
    const texts = parts.map((part) =>
        typeof part === 'string' ? part : /^(output_)?text$/.test(part.type) ? (part.text ?? '') : '',
    );
    const ofParts = parts.map((part) => (typeof part === 'string' ? '' : (part.refusal ?? ''))).join('');
    const isThoughtOf = parts.some((part) => typeof part !== 'string' && /think|reason/.test(part.type));
    const thoughts = reasoning_content || reasoning || '';
    const thought = thoughts !== '' || isThoughtOf ? `<think>${thoughts}` : '';
    return { text: texts.join(''), instead: refusal || ofParts || thought };
}

/** Finished thoughts before the answer, which are no part of it. */
const endedThoughts = /^\s*<think(?:ing)?>[^]*?<\/think(?:ing)?>/i;

/** The rating that a reply gives: scored, or unreadable. */
export function ratingOf(
    { text, instead, tokens }: ChatReply,
    criteria: readonly Criterion[],
    reading: Reading,
): Rating {
    const reply = text.trim() === '' && instead !== '' ? instead : text;
    if (reading === 'expected' && tokens !== null) {
        const chances = scoreChances(tokens, criteria);
        return chances ? ratingOfChances(criteria, chances) : { kind: 'unreadable', reply };
    }
    const values =
        reading === 'paper-text'
            ? parsePaperReply(text, criteria)
            : parseStrictReply(text.replace(endedThoughts, ''), criteria);
    const how = reading === 'expected' ? { reading: 'text' } : {};
    if (values === undefined) return { kind: 'unreadable', reply, ...how };
    const scores = Object.fromEntries(criteria.map(({ id }, i) => [id, values[i]!]));
    return { kind: 'scored', scores, reply, ...how };
}

/**
 * For each criterion, how probable each score was where the model wrote its number, given what it wrote before.
 * Undefined where the reply is not one number per criterion, with spaces or commas between, or where too little of the
 * probability lies on scores.
 */
function scoreChances(
    tokens: readonly ReplyToken[],
    criteria: readonly Criterion[],
): readonly ScoreChances[] | undefined {
    const thoughtsEnd = tokens.findIndex(({ text }) => /<\/think(ing)?>/i.test(text));
    const places = tokens
        .slice(thoughtsEnd + 1)
        .filter(({ text }) => !/^[\s,]*$/.test(text))
        .slice(0, criteria.length);
    if (places.length < criteria.length) return undefined;
    const chances = places.map(({ text, choices }, i): ScoreChances | undefined => {
        const { min, max } = criteria[i]!;
        const masses = Array.from({ length: max - min + 1 }, () => 0);
        if (scoreIn(text, min, max) === undefined) return undefined;
        for (const choice of choices) {
            const score = scoreIn(choice.text, min, max); // "2" and " 2" are the same score
            if (score !== undefined) masses[score - min]! += choice.probability;
        }
        return chancesOfMasses(masses);
    });
    return chances.every((each) => each !== undefined) ? chances : undefined;
}

function scoreIn(token: string, min: number, max: number): number | undefined {
    const digits = /^\s*([0-9]{1,3})\s*$/.exec(token)?.[1];
    const score = Number(digits);
    return digits !== undefined && score >= min && score <= max ? score : undefined;
}
