/** The exchange process's end of the pipe: what a job may tell and ask while it works. */
export interface ExchangeSupervisor {
    /** How far the job is, 0–1, and what is under way. */
    progress(done: number, doing: string): void;
    /** Lets a cancel be heard. @throws `Cancelled` once a person has asked for it */
    turn(): Promise<void>;
    /** The same without waiting, for callbacks. */
    throwIfCancelled(): void;
}

/** A person changed their mind: nothing to report, everything to tidy up. */
export class Cancelled extends Error {}
