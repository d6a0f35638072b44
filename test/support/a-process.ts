/** A process that says what a test lets it say, and ends when it is asked to. */
import type { EngineHost } from '../../src/main/service/sessions/engine-session.ts';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';

interface SpokenProcess {
    say(event: EngineEvent): void;
    readonly heard: readonly unknown[];
    isGone(): boolean;
}

export function aProcess(): { readonly host: EngineHost; readonly process: SpokenProcess } {
    let listen: (message: unknown) => void = () => {};
    let exit: (words: string) => void = () => {};
    const heard: unknown[] = [];
    let isGone = false;
    const leave = (words: string): void => {
        isGone = true;
        exit(words);
    };
    const child = {
        post: (message: unknown) => void heard.push(message),
        onMessage: (each: typeof listen) => void (listen = each),
        onExit: (each: typeof exit) => void (exit = each),
        end: async () => leave('exit code 0'),
        kill: () => leave('signal SIGKILL'),
    };
    const cudaVerdict = (): never => {
        throw new Error('the test has no provider of CUDA');
    };
    const host: EngineHost = { start: () => child, cudaVerdict, forgetCudaVerdict: cudaVerdict };
    return { host, process: { say: (event) => listen(event), heard, isGone: () => isGone } };
}
