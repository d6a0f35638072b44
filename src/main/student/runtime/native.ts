/**
 * The fast runtime: onnxruntime's C API with IoBinding. Tensors live in JavaScript's own memory and are handed to
 * onnxruntime by address, so `read` and `write` are plain typed arrays, a run copies nothing in or out, and a tensor
 * bound on both sides is updated in place. Runs happen on another thread while the event loop goes on.
 *
 * In place means what it says: a graph that writes a tensor it also reads must order the two (the write depends on all
 * reads), as the graphs of this room do.
 */
import koffi from 'koffi';
import type { NativeApi, Pointer } from './native-api.ts';
import { loadNativeApi, LIBRARY_VERSION } from './native-api.ts';
import type { Binding, Bound, Elements, ElementType, Program, Runtime, RuntimeTensor } from './runtime.ts';
import type { Port, Signature } from './signature.ts';
import { checkBound, checkPart, copyInto, elementCount, threadsInWords, UNWANTED_OPTIMISERS } from './signature.ts';
import { Turns } from './turns.ts';

// ONNXTensorElementDataType of onnxruntime_c_api.h
const ELEMENT_CODES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7 };
const ARENA_ALLOCATOR = 1;
const NO_LIMIT = 0;
const EXTEND_AS_REQUESTED = 1; // the default doubles, and keeps what it does not need
const DEFAULT_MEMORY = 0;
const LOG_FATAL = 4; // errors are thrown, not printed
const OPTIMISE_ALL = 99;
const ALIGNMENT = 64; // bytes; what onnxruntime's own allocator gives, so that kernels run at the same speed

interface Environment {
    readonly environment: Pointer;
    readonly memory: Pointer;
}

interface Engine extends Environment {
    readonly api: NativeApi;
    readonly allocator: Pointer;
    readonly turns: Turns;
}

/** Where the elements lie. Holding the address alone does not keep them: whoever uses it must hold the elements too. */
function address(elements: Elements | Uint8Array): Pointer {
    return koffi.address(new Uint8Array(elements.buffer)) + BigInt(elements.byteOffset);
}

/** Zeros at an aligned address that never moves: an ArrayBuffer's memory stays where it is as long as it lives. */
function alignedZeros(type: ElementType, count: number): Elements {
    const buffer = new ArrayBuffer(count * (type === 'int64' ? 8 : 4) + ALIGNMENT);
    const offset = Number(BigInt.asUintN(64, -koffi.address(new Uint8Array(buffer))) % BigInt(ALIGNMENT));
    switch (type) {
        case 'float32':
            return new Float32Array(buffer, offset, count);
        case 'int64':
            return new BigInt64Array(buffer, offset, count);
        case 'int32':
            return new Int32Array(buffer, offset, count);
        default:
            return type satisfies never;
    }
}

class NativeTensor implements RuntimeTensor {
    readonly #engine: Engine;
    readonly type: ElementType;
    readonly dims: readonly number[];
    readonly #value: Pointer;
    readonly #whole: NativeTensor | null; // whose memory this is a part of
    #elements: Elements | null;
    #changes = 0;

    constructor(
        engine: Engine,
        type: ElementType,
        dims: readonly number[],
        elements = alignedZeros(type, elementCount(dims)),
        whole: NativeTensor | null = null,
    ) {
        const shape = BigInt64Array.from(dims, BigInt);
        this.#engine = engine;
        this.type = type;
        this.dims = [...dims];
        this.#elements = elements;
        this.#whole = whole;
        this.#value = engine.api.ask(
            'CreateTensorWithDataAsOrtValue',
            engine.memory,
            address(elements),
            elements.byteLength,
            shape,
            dims.length,
            ELEMENT_CODES[type],
        );
    }

    get value(): Pointer {
        this.read();
        return this.#value;
    }

    /** What a run that uses this tensor uses. */
    get memory(): NativeTensor {
        return this.#whole?.memory ?? this;
    }

    get changes(): number {
        return this.memory.#changes;
    }

    /** Whoever writes the memory says so. */
    noteChange(): void {
        this.memory.#changes++;
    }

    write(values: Elements): void {
        this.#engine.turns.refuseWhileInUse(this.memory, 'written');
        copyInto(this.read(), values, this.dims);
        this.noteChange();
    }

    read(): Elements {
        if (this.#elements === null) throw new Error('the tensor was released');
        this.#whole?.read(); // throws when that was released
        return this.#elements;
    }

    part(from: number, count: number): NativeTensor {
        checkPart(this.dims, from, count);
        return new NativeTensor(this.#engine, this.type, [count], this.read().subarray(from, from + count), this);
    }

    release(): void {
        if (this.#elements === null) return;
        this.#engine.turns.refuseWhileInUse(this.memory, 'released');
        this.#elements = null;
        this.#engine.api.release('Value', this.#value);
    }
}

function own(tensor: RuntimeTensor): NativeTensor {
    if (tensor instanceof NativeTensor) return tensor;
    throw new Error('the tensor belongs to another runtime');
}

class NativeBinding implements Binding {
    readonly #engine: Engine;
    readonly #program: NativeProgram;
    readonly #tensors: readonly NativeTensor[];
    readonly #written: readonly NativeTensor[];
    #binding: Pointer | null;

    constructor(engine: Engine, program: NativeProgram, inputs: Bound, outputs: Bound) {
        const tensors = new Set<NativeTensor>();
        const binding = engine.api.ask('CreateIoBinding', program.session);
        try {
            for (const [call, bound] of [['BindInput', inputs] as const, ['BindOutput', outputs] as const]) {
                for (const [name, tensor] of Object.entries(bound)) {
                    engine.api.call(call, binding, name, own(tensor).value);
                    tensors.add(own(tensor));
                }
            }
        } catch (error) {
            engine.api.release('IoBinding', binding);
            throw error;
        }
        this.#engine = engine;
        this.#program = program;
        this.#tensors = [...tensors];
        this.#written = Object.values(outputs).map(own);
        this.#binding = binding;
    }

    run(): Promise<void> {
        const memories = new Set(this.#tensors.map((tensor) => tensor.memory));
        return this.#engine.turns.take([this.#program, ...memories], async () => {
            if (this.#binding === null) throw new Error('the binding was released');
            for (const tensor of this.#tensors) tensor.read(); // throws when released
            for (const tensor of this.#written) tensor.noteChange(); // also where the run fails half way
            await this.#engine.api.callAsync('RunWithBinding', this.#program.session, null, this.#binding);
        });
    }

    release(): void {
        if (this.#binding === null) return;
        this.#engine.turns.refuseWhileInUse(this.#program, 'released');
        this.#engine.api.release('IoBinding', this.#binding);
        this.#binding = null;
    }
}

class NativeProgram implements Program {
    readonly #engine: Engine;
    readonly #signature: Signature;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    #session: Pointer | null;

    constructor(engine: Engine, session: Pointer) {
        this.#engine = engine;
        this.#session = session;
        this.#signature = { inputs: ports(engine, session, 'Input'), outputs: ports(engine, session, 'Output') };
        this.inputs = this.#signature.inputs.map((port) => port.name);
        this.outputs = this.#signature.outputs.map((port) => port.name);
    }

    get session(): Pointer {
        if (this.#session === null) throw new Error('the program was released');
        return this.#session;
    }

    bind(inputs: Bound, outputs: Bound): Binding {
        checkBound(this.#signature, inputs, outputs);
        return new NativeBinding(this.#engine, this, inputs, outputs);
    }

    release(): void {
        if (this.#session === null) return;
        this.#engine.turns.refuseWhileInUse(this, 'released');
        this.#engine.api.release('Session', this.#session);
        this.#session = null;
    }
}

function ports(engine: Engine, session: Pointer, side: 'Input' | 'Output'): readonly Port[] {
    const count = Number(engine.api.ask(`SessionGet${side}Count`, session));
    return Array.from({ length: count }, (_, index) => port(engine, session, side, index));
}

function port({ api, allocator }: Engine, session: Pointer, side: 'Input' | 'Output', index: number): Port {
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

async function createSession(engine: Engine, model: Uint8Array, threads: number, weights: Bound): Promise<Pointer> {
    const { api } = engine;
    const options = api.ask('CreateSessionOptions');
    const values = Object.values(weights).map((tensor) => own(tensor).read());
    try {
        api.call('SetIntraOpNumThreads', options, threads);
        api.call('SetSessionGraphOptimizationLevel', options, OPTIMISE_ALL);
        api.call('AddSessionConfigEntry', options, 'optimization.disable_specified_optimizers', UNWANTED_OPTIMISERS);
        api.call('AddSessionConfigEntry', options, 'session.force_spinning_stop', '1'); // idle sessions leave the cores
        api.call('AddSessionConfigEntry', options, 'session.use_env_allocators', '1'); // one arena for all, see openEnvironment
        if (values.length > 0) {
            const addresses = BigInt64Array.from(values, address);
            const lengths = BigInt64Array.from(values, ({ byteLength }) => BigInt(byteLength));
            const files = Object.keys(weights); // "files" that lie in memory already, each named for its weights
            api.call('AddExternalInitializersFromFilesInMemory', options, files, addresses, lengths, files.length);
        }
        const session = await api.askAsync(
            'CreateSessionFromArray',
            engine.environment,
            address(model),
            model.byteLength,
            options,
        );
        for (const read of [model, ...values]) read.at(0); // referenced until here: native code was reading it
        return session;
    } finally {
        api.release('SessionOptions', options);
    }
}

let opened: Environment | null = null; // onnxruntime has one environment a process, and one shared arena in it

/**
 * The process's environment, with one arena that all sessions share. Runs take turns, so the most memory is what the
 * largest graph needs, not the sum over graphs: with arenas of their own, learning with a 2.6 M student held 2.3 GB.
 */
function openEnvironment(api: NativeApi): Environment {
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

/** The runtime over onnxruntime's C API on the CPU; throws with the reason where it cannot be had. */
export function nativeRuntime(threads: number): Runtime {
    const api = loadNativeApi();
    const engine: Engine = {
        api,
        ...openEnvironment(api),
        allocator: api.ask('GetAllocatorWithDefaultOptions'),
        turns: new Turns(),
    };
    return {
        kind: 'native',
        description: `CPU, ${threadsInWords(threads)}, onnxruntime ${LIBRARY_VERSION} through its C API`,
        tensor: (type, dims) => new NativeTensor(engine, type, dims),
        compile: async (model, weights = {}) =>
            new NativeProgram(engine, await createSession(engine, model, threads, weights)),
        release() {},
    };
}
