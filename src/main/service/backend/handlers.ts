/** The form of what answers a page: one function a method, taking what was checked, and who asks. */
import type { Checked, Method, Result } from '../../../shared/app-contract.ts';

/** A page that is there. What is done for it alone, and heard by nobody else, ends with it. */
export interface AskingPage {
    /** Aborted when the page is closed, reloaded or lost: no answer reaches it any more. */
    readonly gone: AbortSignal;
}

export type Handlers<M extends Method = Method> = {
    readonly [Each in M]: (params: Checked<Each>, page: AskingPage) => Result<Each> | Promise<Result<Each>>;
};
