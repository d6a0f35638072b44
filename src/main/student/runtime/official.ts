/**
 * The portable runtime: onnxruntime-node's own InferenceSession. Every run writes its outputs into fresh memory and
 * hands them to their tensors afterwards, so an output never overwrites what the graph still reads. That makes it the
 * oracle for state that `native` updates in place. A run blocks the event loop.
 */
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Binding, NamedTensors, Elements, ElementType, Program, Runtime, RuntimeTensor } from './runtime.ts';
import type { Port, Signature } from './signature.ts';
import { elementCount } from '../onnx/graph.ts';
import { processor } from '../onnx/target.ts';
import { checkBound, checkPart, copyInto, threadsInWords, UNWANTED_OPTIMISERS } from './signature.ts';
import { SerialQueue } from './serial-queue.ts';

/** What a program of this runtime can be bound to. */
interface HeldTensor extends RuntimeTensor {
    readonly held: Tensor;
    /** The tensor whose memory a run touches when it uses this one. */
    readonly memory: OfficialTensor;
    replace(tensor: Tensor): void;
}

class OfficialTensor implements HeldTensor {
    readonly #queue: SerialQueue;
    readonly type: ElementType;
    readonly dims: readonly number[];
    #held: Tensor | null;
    version = 0;

    constructor(queue: SerialQueue, type: ElementType, dims: readonly number[]) {
        this.#queue = queue;
        this.type = type;
        this.dims = [...dims];
        this.#held = wrap(type, zeros(type, elementCount(dims)), dims);
    }

    get held(): Tensor {
        if (this.#held === null) throw new Error('the tensor was released');
        return this.#held;
    }

    get memory(): OfficialTensor {
        return this;
    }

    replace(tensor: Tensor): void {
        if (tensor.data.length !== this.held.data.length) {
            throw new Error(`a run wrote [${tensor.dims.join(', ')}] into a tensor of [${this.dims.join(', ')}]`);
        }
        this.#held = tensor;
        this.version++;
    }

    write(values: Elements): void {
        this.#queue.refuseWhileInUse(this, 'written');
        copyInto(this.read(), values, this.dims);
        this.version++;
    }

    read(): Elements {
        return this.held.data as Elements; // zeros() and checkBound() admit no other type
    }

    view(from: number, count: number): OfficialPart {
        checkPart(this.dims, from, count);
        return new OfficialPart(this.#queue, this, from, count);
    }

    release(): void {
        this.#queue.refuseWhileInUse(this, 'released');
        this.#held = null;
    }
}

/** A view of another tensor: a run reads its current elements and copies its results back. */
class OfficialPart implements HeldTensor {
    readonly #queue: SerialQueue;
    readonly #from: number;
    readonly memory: OfficialTensor;
    readonly dims: readonly [number];
    #isReleased = false;

    constructor(queue: SerialQueue, memory: OfficialTensor, from: number, count: number) {
        this.#queue = queue;
        this.#from = from;
        this.memory = memory;
        this.dims = [count];
    }

    get type(): ElementType {
        return this.memory.type;
    }

    get version(): number {
        return this.memory.version;
    }

    get held(): Tensor {
        return wrap(this.type, this.read(), this.dims);
    }

    replace(tensor: Tensor): void {
        copyInto(this.read(), tensor.data as Elements, this.dims);
        this.memory.version++;
    }

    write(values: Elements): void {
        this.#queue.refuseWhileInUse(this.memory, 'written');
        copyInto(this.read(), values, this.dims);
        this.memory.version++;
    }

    read(): Elements {
        if (this.#isReleased) throw new Error('the tensor was released');
        return this.memory.read().subarray(this.#from, this.#from + this.dims[0]);
    }

    view(from: number, count: number): OfficialPart {
        checkPart(this.dims, from, count);
        return new OfficialPart(this.#queue, this.memory, this.#from + from, count);
    }

    release(): void {
        this.#queue.refuseWhileInUse(this.memory, 'released');
        this.#isReleased = true;
    }
}

class OfficialProgram implements Program {
    readonly #queue: SerialQueue;
    readonly #signature: Signature;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    #session: InferenceSession | null;

    constructor(queue: SerialQueue, session: InferenceSession) {
        this.#queue = queue;
        this.#session = session;
        this.#signature = { inputs: session.inputMetadata.map(port), outputs: session.outputMetadata.map(port) };
        this.inputs = session.inputNames;
        this.outputs = session.outputNames;
    }

    bind(inputs: NamedTensors, outputs: NamedTensors): Binding {
        checkBound(this.#signature, inputs, outputs);
        const read = Object.entries(inputs).map(([name, tensor]) => [name, own(tensor)] as const);
        const written = Object.entries(outputs).map(([name, tensor]) => [name, own(tensor)] as const);
        const uses = [this, ...new Set([...read, ...written].map(([, tensor]) => tensor.memory))];
        let bound = true;
        return {
            run: () =>
                this.#queue.take(uses, async () => {
                    if (!bound) throw new Error('the binding was released');
                    if (this.#session === null) throw new Error('the program was released');
                    const feeds = Object.fromEntries(read.map(([name, tensor]) => [name, tensor.held]));
                    for (const [, tensor] of written) tensor.read(); // throws if released
                    const results = await this.#session.run(feeds);
                    for (const [name, tensor] of written) tensor.replace(results[name]!);
                }),
            release: () => {
                this.#queue.refuseWhileInUse(this, 'released');
                bound = false;
            },
        };
    }

    release(): void {
        this.#queue.refuseWhileInUse(this, 'released');
        void this.#session?.release();
        this.#session = null;
    }
}

function own(tensor: RuntimeTensor): HeldTensor {
    if (tensor instanceof OfficialTensor || tensor instanceof OfficialPart) return tensor;
    throw new Error('the tensor belongs to another runtime');
}

function port(metadata: InferenceSession.ValueMetadata): Port {
    if (!metadata.isTensor) throw new Error(`'${metadata.name}' is not a tensor`);
    const dims = metadata.shape.map((dim) => (typeof dim === 'number' ? dim : null));
    return { name: metadata.name, type: metadata.type, dims };
}

function zeros(type: ElementType, count: number): Elements {
    switch (type) {
        case 'float32':
            return new Float32Array(count);
        case 'int64':
            return new BigInt64Array(count);
        case 'int32':
            return new Int32Array(count);
        default:
            return type satisfies never;
    }
}

function wrap(type: ElementType, values: Elements, dims: readonly number[]): Tensor {
    return new Tensor(type, values as Float32Array, dims); // Tensor's overloads accept one element type each
}

/** The runtime over onnxruntime-node's InferenceSession on the CPU; `reason` says why it was chosen. */
export function officialRuntime(threads: number, reason: string): Runtime {
    const queue = new SerialQueue();
    return {
        kind: 'official',
        memory: 'host',
        target: processor,
        gpu: null,
        description: `CPU, ${threadsInWords(threads)}, onnxruntime ${env.versions.node ?? ''} through its Node binding (${reason})`,
        tensor: (type, dims) => new OfficialTensor(queue, type, dims),
        compile: async (model, weights = {}) => {
            const session = await InferenceSession.create(model, {
                externalData: Object.entries(weights).map(([path, tensor]) => {
                    const { buffer, byteOffset, byteLength } = tensor.read();
                    return { path, data: new Uint8Array(buffer, byteOffset, byteLength) };
                }),
                executionProviders: ['cpu'],
                intraOpNumThreads: threads,
                executionMode: 'sequential',
                graphOptimizationLevel: 'all',
                logSeverityLevel: 4, // errors are thrown, not printed
                extra: {
                    session: { force_spinning_stop: '1' }, // several sessions share the cores
                    optimization: { disable_specified_optimizers: UNWANTED_OPTIMISERS },
                },
            });
            return new OfficialProgram(queue, session);
        },
        release() {},
    };
}
