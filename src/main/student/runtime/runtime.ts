/**
 * What the student needs from an engine that runs ONNX graphs: tensors that live as long as we say, programs compiled
 * once, and bindings that write results into tensors, also into the very tensors they read (state updated in place).
 * Three implementations pass one conformance suite: `native` (the C API, in place), `official` (onnxruntime-node) and
 * `webgpu` (the C API, state on a graphics processor). `cuda` is the third with another provider, unproven on a device.
 */
export type ElementType = 'float32' | 'int64' | 'int32';
export type Memory = 'host' | 'device';
export type Elements = Float32Array | BigInt64Array | Int32Array;

export interface RuntimeTensor {
    readonly type: ElementType;
    readonly dims: readonly number[];
    /** Copies the values in; their number must be the product of dims. */
    write(values: Elements): void;
    /** The values now. Valid until the next run or write; copy (`slice`) to keep. */
    read(): Elements;
    /** A vector of `count` elements, the first at `from`, in this tensor's own memory: what is written to one stands in both. */
    view(from: number, count: number): RuntimeTensor;
    /** Grows whenever its memory is written, by us or by a run: what was made of its values is then out of date. */
    readonly version: number;
    release(): void;
}

export type NamedTensors = Readonly<Record<string, RuntimeTensor>>;

export interface Binding {
    /** Runs once; resolves when all outputs are in their tensors. The event loop stays alive where the runtime can. */
    run(): Promise<void>;
    release(): void;
}

export interface Program {
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    /** Every input and output of the graph must be bound. A tensor may stand on both sides: it is then updated in place. */
    bind(inputs: NamedTensors, outputs: NamedTensors): Binding;
    release(): void;
}

export interface Runtime {
    readonly kind: 'native' | 'official' | 'webgpu' | 'cuda';
    /** Where state lives. On a device every read and write is a copy, and it has no kernels for onnxruntime's fused operators. */
    readonly memory: Memory;
    /** What runs and why, in words: "CPU, 2 threads, onnxruntime 1.30.0 through its C API". */
    readonly description: string;
    /** Zero-filled. */
    tensor(type: ElementType, dims: readonly number[]): RuntimeTensor;
    /**
     * `weights`: the constants that the model only names. Their values are copied, laid out for matrix products: what is
     * written to them later does not reach the program.
     */
    compile(model: Uint8Array, weights?: NamedTensors): Promise<Program>;
    release(): void;
}

/** A device has no room for what a run needs. */
export class OutOfDeviceMemory extends Error {
    constructor(reason: string) {
        super(`the device ran out of memory (${reason})`);
        this.name = 'OutOfDeviceMemory';
    }
}

export interface RuntimeOptions {
    readonly kind: 'auto' | 'native' | 'official' | 'webgpu' | 'cuda';
    readonly threads: number;
}
