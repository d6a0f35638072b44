/** Sessions of onnxruntime's C API on any provider: the process's environment, compilation, inputs and outputs. */
import { koffi } from './koffi.ts';
import { address } from './host-memory.ts';
import { ELEMENT_CODES, loadNativeApi } from './api.ts';
import type { NativeApi, Pointer } from './api.ts';
import type { Elements } from '../runtime.ts';
import type { Port, Signature } from '../signature.ts';
import { UNWANTED_OPTIMISERS } from '../signature.ts';
import { SerialQueue } from '../serial-queue.ts';

const ARENA_ALLOCATOR = 1;
const NO_LIMIT = 0;
const EXTEND_AS_REQUESTED = 1; // the default doubles and keeps memory it does not need
const DEFAULT_MEMORY = 0;
const LOG_FATAL = 4; // errors are thrown, not printed
const OPTIMISE_ALL = 99;

interface NativeEnvironment {
    readonly environment: Pointer;
    readonly memory: Pointer;
}

export interface OrtEnvironment extends NativeEnvironment {
    readonly api: NativeApi;
    readonly allocator: Pointer;
    readonly queue: SerialQueue;
}

export interface SessionRequest {
    readonly threads: number;
    /** Values of the constants that the model only names. */
    readonly weights: Readonly<Record<string, Elements>>;
    /** Adds a provider to the session's options; without it everything runs on the CPU. */
    readonly append?: (options: Pointer) => void;
}

/** A compiled graph. */
export class Session {
    readonly #ort: OrtEnvironment;
    readonly signature: Signature;
    #pointer: Pointer | null;

    private constructor(ort: OrtEnvironment, pointer: Pointer) {
        this.#ort = ort;
        this.#pointer = pointer;
        this.signature = { inputs: ports(ort, pointer, 'Input'), outputs: ports(ort, pointer, 'Output') };
    }

    static async compile(ort: OrtEnvironment, model: Uint8Array, request: SessionRequest): Promise<Session> {
        return new Session(ort, await createSession(ort, model, request));
    }

    get pointer(): Pointer {
        if (this.#pointer === null) throw new Error('the program was released');
        return this.#pointer;
    }

    release(): void {
        if (this.#pointer === null) return;
        this.#ort.api.release('Session', this.#pointer);
        this.#pointer = null;
    }
}

function ports(ort: OrtEnvironment, session: Pointer, side: 'Input' | 'Output'): readonly Port[] {
    const count = Number(ort.api.ask(`SessionGet${side}Count`, session));
    return Array.from({ length: count }, (_, index) => port(ort, session, side, index));
}

function port({ api, allocator }: OrtEnvironment, session: Pointer, side: 'Input' | 'Output', index: number): Port {
    const text = api.ask(`SessionGet${side}Name`, session, index, allocator);
    const name: string = koffi.decode.string(text);
    api.call('AllocatorFree', allocator, text);
    const typeInfo = api.ask(`SessionGet${side}TypeInfo`, session, index);
    try {
        const tensorInfo = api.ask('CastTypeInfoToTensorInfo', typeInfo);
        if (tensorInfo === 0n) throw new Error(`'${name}' is not a tensor`);
        const code = Number(api.ask('GetTensorElementType', tensorInfo));
        const rank = Number(api.ask('GetDimensionsCount', tensorInfo));
        const dims = new BigInt64Array(rank);
        api.call('GetDimensions', tensorInfo, dims, rank);
        const type = Object.entries(ELEMENT_CODES).find((entry) => entry[1] === code)?.[0] ?? `element type ${code}`;
        return { name, type, dims: [...dims].map((dim) => (dim < 0n ? null : Number(dim))) };
    } finally {
        api.release('TypeInfo', typeInfo);
    }
}

async function createSession(
    ort: OrtEnvironment,
    model: Uint8Array,
    { threads, weights, append }: SessionRequest,
): Promise<Pointer> {
    const { api } = ort;
    const options = api.ask('CreateSessionOptions');
    const values = Object.values(weights);
    try {
        api.call('SetIntraOpNumThreads', options, threads);
        // a pattern is one more block, on top of everything the first run took from the arena
        api.call('DisableMemPattern', options);
        api.call('SetSessionGraphOptimizationLevel', options, OPTIMISE_ALL);
        api.call('AddSessionConfigEntry', options, 'optimization.disable_specified_optimizers', UNWANTED_OPTIMISERS);
        // idle sessions release the cores
        api.call('AddSessionConfigEntry', options, 'session.force_spinning_stop', '1');
        // one shared arena, see openEnvironment
        api.call('AddSessionConfigEntry', options, 'session.use_env_allocators', '1');
        append?.(options);
        if (values.length > 0) {
            const addresses = BigInt64Array.from(values, address);
            const lengths = BigInt64Array.from(values, ({ byteLength }) => BigInt(byteLength));
            const files = Object.keys(weights); // "files" that are already in memory, each named after its weights
            api.call('AddExternalInitializersFromFilesInMemory', options, files, addresses, lengths, files.length);
        }
        const session = await api.askAsync(
            'CreateSessionFromArray',
            ort.environment,
            address(model),
            model.byteLength,
            options,
        );
        // keeps them referenced until here: native code was reading them
        for (const read of [model, ...values]) read.at(0);
        return session;
    } finally {
        api.release('SessionOptions', options);
    }
}

let opened: NativeEnvironment | null = null; // onnxruntime has one environment per process, with one shared arena

/**
 * The process's environment, with one arena that all sessions share. Runs are serialised, so peak memory is what the
 * largest graph needs instead of the sum over all graphs: with an arena each, learning with a 2.6 M student held 2.3
 * GB.
 */
function openEnvironment(api: NativeApi): NativeEnvironment {
    if (opened !== null) return opened;
    const environment = api.ask('CreateEnv', LOG_FATAL, 'storyloop');
    const memory = api.ask('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY);
    const arena = api.ask('CreateArenaCfg', NO_LIMIT, EXTEND_AS_REQUESTED, -1, -1);
    try {
        api.call('CreateAndRegisterAllocator', environment, memory, arena);
    } finally {
        api.release('ArenaCfg', arena);
    }
    opened = { environment, memory };
    return opened;
}

let isReleasedAtExit = false;

/**
 * Releases the environment before the process ends, and with it the providers that are separate libraries. At exit they
 * would find the host's memory gone and end the process with a signal.
 */
export function releaseAtExit({ api, environment }: OrtEnvironment): void {
    if (isReleasedAtExit) return;
    isReleasedAtExit = true;
    process.once('exit', () => api.release('Env', environment));
}

/** The C API and what its sessions share. @throws the reason where it cannot be loaded */
export function openOrtEnvironment(): OrtEnvironment {
    const api = loadNativeApi();
    return {
        api,
        ...openEnvironment(api),
        allocator: api.ask('GetAllocatorWithDefaultOptions'),
        queue: new SerialQueue(),
    };
}
