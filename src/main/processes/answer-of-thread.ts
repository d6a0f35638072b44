/** Work in a thread of its own: one job in, messages out, one answer. The thread is gone whatever the end was. */
import { Worker } from 'node:worker_threads';
import { FaultError, type Fault } from '../../shared/faults.ts';

/** How a thread says that it could not. */
interface ThreadFault {
    readonly kind: 'fault';
    readonly fault: Fault;
}

interface Thread<Message, Answer> {
    /** The module that works; it finds the job as `workerData`. */
    readonly file: URL;
    readonly job: unknown;
    /** Behind "the thread that": `measures agreement`. */
    readonly does: string;
    /** Undefined for a message that is not the answer yet. */
    readonly read: (message: Exclude<Message, ThreadFault>) => Answer | undefined;
    /** Ends the thread; the answer is rejected with its reason. */
    readonly signal?: AbortSignal | undefined;
}

/** @throws the fault that the thread tells of, or what it threw; the signal's reason */
export async function answerOfThread<Message extends { readonly kind: string }, Answer>(
    thread: Thread<Message | ThreadFault, Answer>,
): Promise<Answer> {
    const { file, job, does, read, signal } = thread;
    signal?.throwIfAborted();
    const worker = new Worker(file, { workerData: job });
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const callOff = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', callOff, { once: true });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the thread that ${does} ended early with code ${code}`)));
    worker.on('message', (message: Message | ThreadFault) => {
        if (isFault(message)) return reject(new FaultError(message.fault));
        const answer = read(message as Exclude<Message, ThreadFault>);
        if (answer !== undefined) resolve(answer);
    });
    try {
        return await promise;
    } finally {
        signal?.removeEventListener('abort', callOff);
        await worker.terminate();
    }
}

function isFault(message: { readonly kind: string }): message is ThreadFault {
    return message.kind === 'fault';
}
