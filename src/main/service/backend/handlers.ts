/** The form of what answers a page: one function a method, taking what was checked. */
import type { Checked, Method, Result } from '../../../shared/app-contract.ts';

export type Handlers<M extends Method = Method> = {
    readonly [Each in M]: (params: Checked<Each>) => Result<Each> | Promise<Result<Each>>;
};
