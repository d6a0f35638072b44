/** A process that says what a test lets it say, and ends when it is asked to. */
import type { ProcessHost } from '../../src/main/processes/process-host.ts';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';

interface SpokenProcess {
    say(event: EngineEvent): void;
    readonly heard: readonly unknown[];
}

export function aProcess(): { readonly host: ProcessHost; readonly process: SpokenProcess } {
    let listen: (message: unknown) => void = () => {};
    let exit: (words: string) => void = () => {};
    const heard: unknown[] = [];
    const child = {
        post: (message: unknown) => void heard.push(message),
        onMessage: (each: typeof listen) => void (listen = each),
        onExit: (each: typeof exit) => void (exit = each),
        end: async () => exit('exit code 0'),
        kill: () => exit('signal SIGKILL'),
    };
    return { host: { start: () => child }, process: { say: (event) => listen(event), heard } };
}
