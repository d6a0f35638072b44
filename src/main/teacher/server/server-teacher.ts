/** A teacher behind an address: any server that speaks OpenAI's chat completions (vLLM, llama-server, SGLang …). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput, FaultError } from '../../../shared/faults.ts';
import type { Rating, Rubric } from '../../../shared/rubric.ts';
import { RandomStream } from '../../learning/random.ts';
import type { RatingContext, StoryToRate, Teacher } from '../teacher.ts';
import { chatRequest, ratingOf, readChatReply, type ChatReply, type Reading } from './chat.ts';
import { Refused, refusedAtTheDoor, ServerClient, type Patience, type ServerPlace } from './client.ts';

export interface ServerOptions {
    readonly place: ServerPlace;
    /** Empty: the one that the server has. */
    readonly model: string;
    readonly reading: Exclude<Reading, 'text'>;
    readonly rubric: Rubric;
    /** The rubric's text with a story in it. */
    readonly fill: (story: StoryToRate) => string;
    readonly inFlight: number;
    readonly patience: Patience;
    /** Told to whoever watches. */
    readonly note?: (text: string) => void;
}

const chat = '/chat/completions';
const probe: StoryToRate = { prompt: 'Once upon a time', story: ' there was a fox.', finished: true };

/**
 * Knocks: is somebody there, is it the model, does the key fit, are there probabilities?
 * @throws bad input with one sentence where one of the first three is not so
 */
export async function openServerTeacher(options: ServerOptions): Promise<Teacher> {
    const { place, reading, rubric, fill, patience, note = () => {} } = options;
    const door = new ServerClient(place, 1, { ...patience, retries: Math.min(1, patience.retries) });
    const random = new RandomStream('opening a server'); // only spreads attempts
    try {
        const model = options.model || (await onlyModel(door, random));
        const ask = (how: Reading, alternatives: number): Promise<ChatReply> => {
            const request = chatRequest({ model, content: fill(probe), rubric, reading: how, seed: 0, alternatives });
            return door.ask(chat, request, readChatReply, random);
        };
        if (reading !== 'expected') {
            await ask(reading, 0);
            return new ServerTeacher(options, model, reading, 0);
        }
        for (const alternatives of [20, 5]) {
            const reply = await ask('expected', alternatives).catch((error: unknown) => {
                if (error instanceof Refused && /logprob/i.test(error.message)) return null;
                throw error;
            });
            if (reply !== null && reply.tokens !== null)
                return new ServerTeacher(options, model, 'expected', alternatives);
        }
        await ask('text', 0);
        note('The teacher’s server gives no probabilities: its scores are the whole numbers it writes.');
        return new ServerTeacher(options, model, 'text', 0);
    } catch (error) {
        if (error instanceof Refused) throw refusedAtTheDoor(error, chat);
        if (error instanceof FaultError && error.fault.kind === 'teacher-lost')
            throw badInput(
                `The teacher’s server does not answer as one (${error.fault.message}); nothing was started. Start it, or check its address.`,
            );
        throw error;
    }
}

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

async function onlyModel(door: ServerClient, random: RandomStream): Promise<string> {
    const { data } = await door.ask('/models', null, (answer) => modelsSchema.safeParse(answer).data, random);
    if (data.length === 1) return data[0]!.id;
    const names = data.map(({ id }) => id);
    throw badInput(
        names.length === 0
            ? 'The teacher’s server has no model; nothing was started. Load one there.'
            : `The teacher’s server has ${names.length} models; nothing was started. Name one with --teacher-model: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}.`,
    );
}

class ServerTeacher implements Teacher {
    readonly id: string;
    readonly name: string;
    readonly description =
        'A language model behind an address reads each story by itself and gives the numbers that the rubric asks for. It may be swayed by the order of words in the rubric, by length and by what a story says of itself.';
    readonly rubric: Rubric;
    readonly reading: string;
    readonly wordsPerStory: number;
    readonly details: Readonly<Record<string, string | number>>;
    readonly gradesInChunks = true;
    readonly #client: ServerClient;
    readonly #fill: (story: StoryToRate) => string;
    readonly #reading: Reading;
    readonly #alternatives: number;

    constructor(
        { place, rubric, fill, inFlight, patience }: ServerOptions,
        model: string,
        reading: Reading,
        alternatives: number,
    ) {
        const rubricHash = createHash('sha256').update(JSON.stringify(rubric)).digest('hex').slice(0, 8);
        this.id = `${model} · ${reading} · ${rubricHash}`;
        this.name = model;
        this.rubric = rubric;
        this.reading = reading;
        this.wordsPerStory = rubric.criteria.length;
        this.details = { model, served: 'chat completions', probabilitiesPerToken: alternatives };
        this.#client = new ServerClient(place, inFlight, patience);
        this.#fill = fill;
        this.#reading = reading;
        this.#alternatives = alternatives;
    }

    async rate(stories: readonly StoryToRate[], context: RatingContext): Promise<readonly Rating[]> {
        const failed = new AbortController(); // one is lost: the others need not go on
        return Promise.all(
            stories.map(async (story, i) => {
                try {
                    const rating = await this.#rateStory(story, i, context, failed.signal);
                    context.onRated?.(1);
                    return rating;
                } catch (error) {
                    failed.abort();
                    throw error;
                }
            }),
        );
    }

    async #rateStory(
        story: StoryToRate,
        index: number,
        { update, first = 0, random }: RatingContext,
        signal: AbortSignal,
    ): Promise<Rating> {
        const stream = random.fork('server', update, first + index); // a story's seed is its own, whatever the chunk
        const request = chatRequest({
            model: this.name,
            content: this.#fill(this.#reading === 'paper-text' ? story : harmless(story)),
            rubric: this.rubric,
            reading: this.#reading,
            seed: stream.fork('seed').integer(2 ** 31),
            alternatives: this.#alternatives,
        });
        try {
            const reply = await this.#client.ask(chat, request, readChatReply, stream.fork('jitter'), signal);
            return ratingOf(reply, this.rubric.criteria, this.#reading);
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            if (isTooLong(error)) return { kind: 'unreadable', reply: 'not asked: too long for the teacher’s context' };
            throw new FaultError({ kind: 'teacher-lost', message: `it answers ${error.status}: ${error.message}` });
        }
    }

    release(): Promise<void> {
        return Promise.resolve();
    }
}

/**
 * Servers put a message through a chat template and then read control tokens such as <|eot_id|> or [INST] as commands,
 * wherever they stand. In a story they become plain text.
 */
function harmless({ prompt, story, finished }: StoryToRate): StoryToRate {
    const plain = (text: string): string =>
        text
            .replaceAll('<', '‹')
            .replaceAll('>', '›')
            .replace(/\[(\/?[A-Z_]+)\]/g, '($1)');
    return { prompt: plain(prompt), story: plain(story), finished };
}

function isTooLong({ status, message }: Refused): boolean {
    return (
        (status === 400 || status === 413 || status === 422) && /context|too (long|large|many)|maximum/i.test(message)
    );
}

/** The key for a server; OpenAI's own goes to OpenAI alone. */
export function teacherKey(
    address: string,
    environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
    const openAi = new URL(address).host === 'api.openai.com' ? environment['OPENAI_API_KEY'] : undefined;
    return environment['STORYLOOP_TEACHER_KEY'] || openAi || null;
}
