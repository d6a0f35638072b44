/**
 * The type of handlers: one function per method of `shared/contracts/app.ts`, with checked parameters and the page that
 * asks.
 */
import type { Checked, Method, Result } from '../../../shared/contracts/app.ts';

/** The page that asks. Work that is done for it alone ends with it. */
export interface AskingPage {
    /** Aborted when the page is closed, reloaded or lost, so that no answer can reach it. */
    readonly gone: AbortSignal;
}

export type Handlers<M extends Method = Method> = {
    readonly [Each in M]: (params: Checked<Each>, page: AskingPage) => Result<Each> | Promise<Result<Each>>;
};
