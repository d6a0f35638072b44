/**
 * Talks to the process of a language model on behalf of the engine. Where that process crashes or hangs it is started
 * again and rates the stories that are left; after three restarts without a finished batch the teacher is lost.
 */
import { badInput, FaultError } from '../../../shared/faults.ts';
import type { RatingStatistics } from '../teacher.ts';
import {
    fromTeacherSchema,
    type FailedDevice,
    type FromTeacher,
    type ModelDevice,
    type OpenedModel,
    type OpenModel,
    type RawScores,
    type StoryForModel,
    type ToTeacher,
} from './contract.ts';

/** A child process, as this file needs it. */
export interface RemoteProcess {
    post(message: unknown): void;
    onMessage(listen: (message: unknown) => void): void;
    /** Called once, when it has ended; the words say how. */
    onExit(listen: (words: string) => void): void;
    kill(): void;
}

const mostRestarts = 3;
/**
 * The longest silence before the process counts as lost. A batch of a large model on a slow processor takes minutes.
 */
const defaultPatienceMs = 15 * 60_000;

type Batch = Extract<FromTeacher, { type: 'batch' }>;
type WhatToOpen = Omit<OpenModel, 'failed' | 'aloud'>;
type Opening = Extract<FromTeacher, { type: 'opened' | 'refused' | 'failed' }>;

export class ModelProcess {
    readonly #start: () => RemoteProcess;
    readonly #open: WhatToOpen;
    /** The model's name in messages. */
    readonly #name: string;
    readonly #note: (text: string) => void;
    readonly #patienceMs: number;
    #connection: TeacherConnection | null = null;
    #turn: Promise<unknown> = Promise.resolve();
    #opened: OpenedModel | null = null;
    readonly #failed: FailedDevice[] = []; // GPUs that do not compute; not tried again
    #statistics: RatingStatistics = { stories: 0, tokens: 0, seconds: 0, modelSeconds: 0 };

    constructor(
        start: () => RemoteProcess,
        open: WhatToOpen,
        name: string,
        note: (text: string) => void,
        patienceMs = defaultPatienceMs,
    ) {
        this.#start = start;
        this.#open = open;
        this.#name = name;
        this.#note = note;
        this.#patienceMs = patienceMs;
    }

    get statistics(): RatingStatistics {
        return this.#statistics;
    }

    /**
     * Starts the process if it does not run, and opens the model.
     * @throws `bad-input` where the model refuses, with its reason; `teacher-lost` where the process keeps dying
     */
    async open(): Promise<OpenedModel> {
        await this.#persevere(() => this.#connected());
        return this.#opened!;
    }

    /**
     * Raw scores of each story, in the order of the stories. Requests are answered one after the other.
     * @throws `teacher-lost` where the process dies more than three times without progress
     */
    rate(stories: readonly StoryForModel[], onRated?: (stories: number) => void): Promise<readonly RawScores[]> {
        const turn = this.#turn.then(() => this.#rate(stories, onRated));
        this.#turn = turn.catch(() => {}); // the caller of this request gets the error
        return turn;
    }

    async #rate(
        stories: readonly StoryForModel[],
        onRated: (stories: number) => void = () => {},
    ): Promise<readonly RawScores[]> {
        const rawScores: (RawScores | undefined)[] = stories.map(() => undefined);
        await this.#persevere(async (progressed) => {
            const missing = stories.flatMap((_, i) => (rawScores[i] === undefined ? [i] : []));
            if (missing.length === 0) return;
            const connection = await this.#connected();
            let left = missing.length;
            let tokensBefore = connection.tokens;
            connection.post({ type: 'rate', stories: missing.map((i) => stories[i]!) });
            while (left > 0) {
                const message = await connection.next();
                if (message.type !== 'batch') throw new Error(`the teacher said "${message.type}" instead of a rating`);
                for (const { story, raw } of message.rawScores) rawScores[missing[story]!] = raw;
                left -= message.rawScores.length;
                this.#count(message, message.tokens - tokensBefore);
                tokensBefore = message.tokens;
                connection.tokens = message.tokens;
                progressed();
                onRated(message.rawScores.length);
            }
        });
        return rawScores.map((raw) => raw!);
    }

    release(): void {
        this.#connection?.end();
        this.#connection = null;
    }

    #count({ rawScores, seconds }: Batch, tokens: number): void {
        const { stories, ...before } = this.#statistics;
        this.#statistics = {
            stories: stories + rawScores.length,
            tokens: before.tokens + tokens,
            seconds: before.seconds + seconds.total,
            modelSeconds: before.modelSeconds + seconds.model,
        };
    }

    async #connected(): Promise<TeacherConnection> {
        if (this.#connection) return this.#connection;
        for (;;) {
            let answer = await this.#tryToOpen({ aloud: false });
            if (answer.type === 'died') answer = await this.#tryToOpen({ aloud: true });
            if (answer.type === 'opened') {
                this.#opened = answer;
                return this.#connection!;
            }
            if (answer.type === 'refused')
                throw badInput(`${this.#name} cannot be the teacher: it ${answer.why}. Nothing was changed.`);
            this.#failed.push({ device: answer.device, why: answer.why });
        }
    }

    /**
     * A process that is lost while it tries a GPU counts as one that reports the failure. One that dies takes with it
     * what llama.cpp said of the reason, unless it said so aloud.
     */
    async #tryToOpen({ aloud }: Pick<OpenModel, 'aloud'>): Promise<Opening | Died> {
        const connection = new TeacherConnection(this.#start(), this.#patienceMs);
        this.#connection = connection;
        let tried: ModelDevice = 'cpu';
        connection.post({ ...this.#open, failed: [...this.#failed], aloud });
        try {
            for (;;) {
                const message = await connection.next();
                if (message.type === 'batch') throw new Error('the teacher rated before it was open');
                if (message.type === 'trying') {
                    tried = message.device;
                    continue;
                }
                if (message.type !== 'opened') this.release();
                return message;
            }
        } catch (error) {
            if (!(error instanceof ProcessLost) || tried === 'cpu') throw error;
            this.release();
            const lost = { device: tried, why: `its process was lost: ${error.message}` };
            return { ...lost, type: error.hasDied && !aloud ? 'died' : 'failed' };
        }
    }

    /** Tries again when the process is lost; `progressed` sets the count of losses back to none. */
    async #persevere<T>(attempt: (progressed: () => void) => Promise<T>): Promise<T> {
        let losses = 0;
        for (;;) {
            try {
                return await attempt(() => (losses = 0));
            } catch (error) {
                if (!(error instanceof ProcessLost)) throw error;
                this.release();
                losses++;
                if (losses > mostRestarts)
                    throw new FaultError({
                        kind: 'teacher-lost',
                        message: `${this.#name}: ${error.message}, also after ${mostRestarts} restarts`,
                    });
                this.#note(
                    `The process of the teacher ${this.#name} was lost (${error.message}) and is started again; no story is lost.`,
                );
            }
        }
    }
}

/** A process that died without reporting why. */
interface Died extends FailedDevice {
    readonly type: 'died';
}

/** The process has ended, or was silent for too long. */
class ProcessLost extends Error {
    readonly hasDied: boolean;

    constructor(words: string, { hasDied = false } = {}) {
        super(words);
        this.hasDied = hasDied;
    }
}

/** The messages to and from one process, and the timer that ends it when it stays silent. */
class TeacherConnection {
    tokens = 0;
    readonly #process: RemoteProcess;
    readonly #patienceMs: number;
    readonly #arrived: Exclude<FromTeacher, { type: 'alive' }>[] = [];
    #waiting: { resolve(message: Exclude<FromTeacher, { type: 'alive' }>): void; reject(error: Error): void } | null =
        null;
    #lost: Error | null = null;
    #timer: NodeJS.Timeout | undefined;

    constructor(process: RemoteProcess, patienceMs: number) {
        this.#process = process;
        this.#patienceMs = patienceMs;
        process.onMessage((message) => this.#receive(message));
        process.onExit((words) => this.#lose(new ProcessLost(words, { hasDied: true })));
    }

    post(message: ToTeacher): void {
        this.#process.post(message);
    }

    /** The next message other than `alive`. @throws ProcessLost */
    next(): Promise<Exclude<FromTeacher, { type: 'alive' }>> {
        const arrived = this.#arrived.shift();
        if (arrived) return Promise.resolve(arrived);
        if (this.#lost) return Promise.reject(this.#lost);
        this.#watch();
        return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
    }

    end(): void {
        clearTimeout(this.#timer);
        this.#lost ??= new ProcessLost('it was ended');
        this.#process.kill();
    }

    #receive(message: unknown): void {
        if (this.#lost) return;
        const parsed = fromTeacherSchema.safeParse(message);
        if (!parsed.success)
            return this.#lose(new Error('the teacher’s process sent a message that does not fit the contract'));
        if (parsed.data.type === 'alive') return this.#watch();
        clearTimeout(this.#timer);
        if (!this.#waiting) this.#arrived.push(parsed.data);
        else this.#waiting.resolve(parsed.data);
        this.#waiting = null;
    }

    #watch(): void {
        clearTimeout(this.#timer);
        const minutes = Math.round(this.#patienceMs / 6000) / 10;
        this.#timer = setTimeout(() => {
            this.#lose(new ProcessLost(`no sign of life for ${minutes} minutes`));
            this.#process.kill();
        }, this.#patienceMs);
    }

    #lose(error: Error): void {
        clearTimeout(this.#timer);
        this.#lost ??= error;
        this.#waiting?.reject(this.#lost);
        this.#waiting = null;
    }
}
