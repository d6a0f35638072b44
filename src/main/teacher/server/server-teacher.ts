/** The teacher `server`: a language model behind OpenAI's chat completions (vLLM, llama-server, SGLang, OpenAI …). */
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import type { Rating, Rubric } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { RandomStream } from '../../learning/random.ts';
import { rubricMark } from '../../learning/rubric-digest.ts';
import type { RatingContext, StoryToRate, Teacher, TeacherFacts } from '../teacher.ts';
import { chatRequest, longestReply, ratingOf, readChatReply, type ChatReply, type Reading } from './chat.ts';
import {
    Lost,
    probeLost,
    RequestRefused,
    probeRefused,
    ServerClient,
    type Patience,
    type ServerPlace,
} from './client.ts';
import { filledRubric } from './filled-rubric.ts';

export interface ServerOptions {
    readonly place: ServerPlace;
    /** Empty: the only one that the server has. */
    readonly model: string;
    /** What an earlier probe found. With it the server is not probed: the first request is the first story. */
    readonly known?: string | null;
    /** Gets what a probe found, to be remembered for the next time. */
    readonly onFound?: (found: string) => void;
    readonly reading: Exclude<Reading, 'text'>;
    readonly rubric: Rubric;
    readonly sees: RunConfig['teacher.sees'];
    readonly inFlight: number;
    readonly patience: Patience;
    /** Shows a remark to whoever follows the run. */
    readonly note?: (text: string) => void;
}

const chat = '/chat/completions';
const publishedSeed = 42;
const probeStory: StoryToRate = { prompt: 'Once upon a time', story: ' there was a fox.', finished: true };

/** What probing a server found. */
interface ServerFound {
    readonly model: string;
    readonly reading: Reading;
    /** For how many tokens in each place it tells the probability; 0: for none. */
    readonly alternatives: number;
}
const foundSchema = z.object({
    model: z.string(),
    reading: z.enum(['expected', 'digits', 'paper-text', 'text']),
    alternatives: z.number().int().nonnegative(),
});

/**
 * Opens a teacher at a server. One that is not known yet is probed: does it answer, does it accept the key, does it
 * have the model, does it give probabilities?
 * @throws bad input where it does not answer, or refuses the key or the model
 */
export async function openServerTeacher(options: ServerOptions): Promise<Teacher> {
    const known = options.known ? foundSchema.safeParse(JSON.parse(options.known)).data : undefined;
    if (known?.reading === 'text') options.note?.(givesNoProbabilities);
    if (known) return serverTeacher(options, known);
    const found = await probeServer(options);
    options.onFound?.(JSON.stringify(found));
    return serverTeacher(options, found);
}

const givesNoProbabilities = 'The teacher’s server gives no probabilities: its scores are the whole numbers it writes.';

async function probeServer(options: ServerOptions): Promise<ServerFound> {
    const { place, reading, rubric, sees, patience, note = () => {} } = options;
    const fill = filledRubric(rubric.text, sees);
    const client = new ServerClient(place, 1, { ...patience, retries: Math.min(1, patience.retries) }, note);
    const random = new RandomStream('opening a server'); // only for the waits between attempts
    try {
        const model = options.model || (await onlyModel(client, random));
        const ask = (how: Reading, alternatives: number): Promise<ChatReply> => {
            const request = chatRequest({
                model,
                content: fill(probeStory),
                rubric,
                reading: how,
                seed: 0,
                alternatives,
            });
            return client.ask(chat, request, readChatReply, random);
        };
        if (reading !== 'expected') {
            await ask(reading, 0);
            return { model, reading, alternatives: 0 };
        }
        for (const alternatives of [20, 5]) {
            const reply = await ask('expected', alternatives).catch((error: unknown) => {
                if (error instanceof RequestRefused && /logprob/i.test(error.message)) return null;
                throw error;
            });
            if (reply !== null && reply.tokens !== null) return { model, reading, alternatives };
        }
        await ask('text', 0);
        note(givesNoProbabilities);
        return { model, reading: 'text', alternatives: 0 };
    } catch (error) {
        if (error instanceof RequestRefused) throw probeRefused(error, chat);
        if (error instanceof Lost) throw probeLost(error);
        throw error;
    }
}

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

async function onlyModel(client: ServerClient, random: RandomStream): Promise<string> {
    const { data } = await client.ask('/models', null, (answer) => modelsSchema.safeParse(answer).data, random);
    if (data.length === 1) return data[0]!.id;
    const names = data.map(({ id }) => id);
    throw badInput((name) =>
        names.length === 0
            ? 'The teacher’s server has no model; nothing was started. Load one there.'
            : `The teacher’s server has ${names.length} models; nothing was started. Name one as ${name('teacher.model')}: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}.`,
    );
}

/** Some servers call a model by the path of its file; the record keeps only the file's name. */
function calledModel(model: string): string {
    return /^([/~]|[a-z]:[/\\])/i.test(model) ? model.split(/[/\\]/).at(-1)! : model;
}

function serverTeacher(options: ServerOptions, found: ServerFound): Teacher {
    const rater = new ServerRater(options, found);
    return {
        facts: { ...factsOf(options, found), dependsOn: (stories, context) => rater.seedsFor(stories, context) },
        rate: (stories, context) => rater.rate(stories, context),
        release: () => Promise.resolve(),
    };
}

function factsOf({ rubric, sees }: ServerOptions, { model, reading, alternatives }: ServerFound): TeacherFacts {
    const called = calledModel(model);
    const replyTokens = longestReply(reading, rubric.criteria.length);
    return {
        id: `server-${called}-${reading}${sees === 'story' ? '' : '-with-prompt'}-${rubricMark(rubric)}`,
        name: `${called} · ${reading}`,
        description:
            'A language model behind an address reads each story by itself and gives the numbers that the rubric asks for. It may be swayed by the order of words in the rubric, by length and by what a story says of itself.',
        rubric,
        reading,
        wordsPerStory: reading === 'expected' ? rubric.criteria.length : replyTokens,
        replyTokens,
        details: { model: called, reading, rubric: rubric.id, sees, probabilitiesPerToken: alternatives },
        ratesInChunks: true,
        ...(reading === 'digits' || reading === 'paper-text' ? { draws: true } : {}),
    };
}

/** Asks the server about each story by itself. */
class ServerRater {
    readonly #found: ServerFound;
    readonly #rubric: Rubric;
    readonly #client: ServerClient;
    readonly #fill: (story: StoryToRate) => string;

    constructor({ place, rubric, sees, inFlight, patience, note }: ServerOptions, found: ServerFound) {
        this.#found = found;
        this.#rubric = rubric;
        this.#client = new ServerClient(place, inFlight, patience, note);
        this.#fill = filledRubric(rubric.text, sees);
    }

    async rate(stories: readonly StoryToRate[], context: RatingContext): Promise<readonly Rating[]> {
        const failed = new AbortController(); // once one story fails, the others are not asked about any more
        return Promise.all(
            stories.map(async (story) => {
                try {
                    const rating = await this.#rateStory(story, context, failed.signal);
                    context.onRated?.(1);
                    return rating;
                } catch (error) {
                    failed.abort();
                    throw error;
                }
            }),
        );
    }

    async #rateStory(story: StoryToRate, context: RatingContext, signal: AbortSignal): Promise<Rating> {
        const stream = this.#streamOf(story, context);
        const { reading } = this.#found;
        const request = chatRequest({
            ...this.#found,
            content: this.#fill(reading === 'paper-text' ? story : harmless(story)),
            rubric: this.#rubric,
            seed: this.#seedFor(story, context),
        });
        try {
            const reply = await this.#client.ask(chat, request, readChatReply, stream.fork('jitter'), signal);
            return ratingOf(reply, this.#rubric.criteria, reading);
        } catch (error) {
            if (!(error instanceof RequestRefused)) throw error;
            if (isTooLong(error))
                return { kind: 'unreadable', reply: 'the story is too long for the teacher’s context', refused: true };
            throw new Lost(`it answers ${error.status}: ${error.message}`, error.status);
        }
    }

    seedsFor(stories: readonly StoryToRate[], context: RatingContext): readonly string[] {
        return stories.map((story) => String(this.#seedFor(story, context)));
    }

    /** The seed of what the server draws; 0 for readings at which it draws nothing. */
    #seedFor(story: StoryToRate, context: RatingContext): number {
        switch (this.#found.reading) {
            case 'paper-text':
                return publishedSeed + (context.again ? 1 : 0);
            case 'digits':
                return this.#streamOf(story, context).integer(2 ** 31);
            default:
                return 0;
        }
    }

    /** The same story always gets the same draws, wherever it stands, as from the published server's fixed seed. */
    #streamOf({ prompt, story }: StoryToRate, { random, again }: RatingContext): RandomStream {
        return random.fork(again ? 'reading again' : 'reading', prompt, story);
    }
}

/**
 * Rewrites control tokens such as <|eot_id|> or [INST] in a story as plain text: servers put a message through a chat
 * template and obey such tokens wherever they stand.
 */
function harmless({ prompt, story, finished }: StoryToRate): StoryToRate {
    const plain = (text: string): string =>
        text
            .replaceAll('<', '‹')
            .replaceAll('>', '›')
            .replace(/\[(\/?[A-Z_]+)\]/g, '($1)');
    return { prompt: plain(prompt), story: plain(story), finished };
}

function isTooLong({ status, message }: RequestRefused): boolean {
    return (
        (status === 400 || status === 413 || status === 422) && /context|too (long|large|many)|maximum/i.test(message)
    );
}

/** The key for a server, from the environment; that of OpenAI is sent to OpenAI alone. */
export function teacherKey(
    address: string,
    environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
    const openAi = new URL(address).host === 'api.openai.com' ? environment['OPENAI_API_KEY'] : undefined;
    return environment['STORYLOOP_TEACHER_KEY'] || openAi || null;
}
