/** The exchange process's end of the pipe: what a job may tell and ask while it works. */
export interface ExchangeSupervisor {
    /** How far the job is, 0–1, and what is under way. */
    progress(done: number, doing: string): void;
    /** Yields, so that a cancel can arrive. @throws `Cancelled` once a person has asked for it */
    turn(): Promise<void>;
    /** The same without waiting, for callbacks. */
    throwIfCancelled(): void;
}

/** Thrown when a person cancels: there is nothing to report, and everything to clean up. */
export class Cancelled extends Error {}
