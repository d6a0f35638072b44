/** Runs one engine process on one task: commands go in, checked events come out, and its end is always reported. */
import {
    contractVersion,
    engineEventSchema,
    type CudaVerdict,
    type EngineCommand,
    isAwaited,
    type EngineEvent,
    type EngineTask,
} from '../../../shared/contracts/engine.ts';
import { faultOf, FaultError, type Fault } from '../../../shared/faults.ts';
import type { ChildProcess } from '../../processes/child-process.ts';
import { engineEntry, type ProcessHost } from '../../processes/process-host.ts';
import { resourcesFolder } from '../sources/resources.ts';
import { relayTeachers } from './teacher-relay.ts';
import { askAgainMs, isLocked, lockWords } from './waiting-for-lock.ts';

export type TaskEnd =
    | { readonly kind: 'finished'; readonly why: string; readonly peakRssBytes: number }
    | { readonly kind: 'paused' }
    | { readonly kind: 'failed'; readonly fault: Fault };

export interface TaskHandle {
    onEvent(listen: (event: EngineEvent) => void): void;
    /** Asks for a pause after what is under way. */
    pause(): void;
    /** Asks for a checkpoint after what is under way. */
    checkpoint(): void;
    /** Ends the engine at once. */
    kill(): void;
    /** Sends a note to all who follow the task. */
    say(text: string): void;
    readonly ended: Promise<TaskEnd>;
}

/** What engines need of whoever starts them. */
export interface EngineHost extends ProcessHost {
    /**
     * Whether CUDA passed its check here; it is tried first where nobody knows. `say` tells what is waited for, `gone`
     * that the engine that asked has ended.
     */
    cudaVerdict(provider: string, say: (text: string) => void, gone: AbortSignal): Promise<CudaVerdict>;
    /** CUDA passed its check and cannot be opened: who asks next has it tried again. */
    forgetCudaVerdict(): void;
}

const patienceMs = 5000;

const lookEveryMs = 1000;

/**
 * Starts an engine on a task. `record` gets every event first. Where it throws, for instance because the disk is full,
 * the engine is stopped and the task ends with that fault; while a database is locked it gets the same event again, and
 * later ones wait. An event that wants an answer gets it once `record` has returned: what it returned, or `recorded`.
 * Only `cuda-asked` is answered later, while others go on.
 * @param look called every second; an error that it throws ends the task
 */
export function startEngine(
    host: EngineHost,
    task: EngineTask,
    record: (event: EngineEvent) => EngineCommand | undefined,
    look?: () => void,
): TaskHandle {
    const child: ChildProcess = host.start(engineEntry());
    const listeners: ((event: EngineEvent) => void)[] = [];
    const { promise, resolve } = Promise.withResolvers<TaskEnd>();
    const post = (command: EngineCommand): void => child.post(command);
    const teachers = relayTeachers(host, post);
    const gone = new AbortController();
    let end: TaskEnd | null = null;

    const held: unknown[] = []; // events that wait, because the first of them could not be recorded yet
    const tell = (event: EngineEvent): void => {
        for (const listen of listeners) listen(event);
    };
    const say = (text: string): void => tell({ type: 'note', text });
    const lock = lockWords(say);

    function finish(with_: TaskEnd): void {
        end ??= with_;
        void child.end(patienceMs);
    }
    /** Records a message; false where that has to be tried again. */
    function take(message: unknown): boolean {
        try {
            const event = engineEventSchema.parse(message);
            if (event.type === 'cuda-failed') host.forgetCudaVerdict();
            const answer = record(event);
            lock.over();
            tell(event);
            if (answer) post(answer);
            if (isAwaited(event)) post({ type: 'recorded' });
            if (event.type === 'cuda-asked')
                host.cudaVerdict(event.provider, say, gone.signal).then(
                    (verdict) => post({ type: 'cuda-checked', verdict }),
                    (error: unknown) => finish({ kind: 'failed', fault: faultOf(error) }),
                );
            if (event.type === 'finished')
                finish({ kind: 'finished', why: event.why, peakRssBytes: event.peakRssBytes });
            if (event.type === 'paused') finish({ kind: 'paused' });
            if (event.type === 'fault') finish({ kind: 'failed', fault: event.fault });
        } catch (error) {
            if (isLocked(error)) {
                lock.waited(error);
                return false;
            }
            finish({ kind: 'failed', fault: faultOf(error) });
        }
        return true;
    }
    function takeHeld(): void {
        while (end === null && held.length > 0) {
            if (!take(held[0])) {
                again = setTimeout(takeHeld, askAgainMs);
                return;
            }
            held.shift();
        }
    }
    let again: NodeJS.Timeout | undefined;
    child.onMessage((message) => {
        if (end !== null || teachers.handle(message)) return;
        held.push(message);
        if (held.length === 1) takeHeld();
    });
    const looking =
        look &&
        setInterval(() => {
            try {
                if (end === null) look();
            } catch (error) {
                finish({ kind: 'failed', fault: faultOf(error) });
            }
        }, lookEveryMs);
    child.onExit((words) => {
        clearTimeout(again);
        clearInterval(looking);
        teachers.end();
        gone.abort();
        resolve(end ?? { kind: 'failed', fault: new FaultError({ kind: 'engine-lost', message: words }).fault });
    });
    post({ type: 'start', version: contractVersion, resources: resourcesFolder(), task });
    return {
        onEvent: (listen) => void listeners.push(listen),
        pause: () => post({ type: 'pause' }),
        checkpoint: () => post({ type: 'checkpoint-now' }),
        kill: () => child.kill(),
        say,
        ended: promise,
    };
}
