/**
 * What the student needs from whatever runs ONNX graphs: tensors that live as long as we say, programs compiled once,
 * and bindings that write results into tensors, including the very tensors they read (state updated in place). Three
 * implementations pass one conformance suite: `native` (the C API, in place), `official` (onnxruntime-node) and
 * `webgpu` (the C API, state on a GPU). `cuda` is the third with another provider.
 */
import { FaultError } from '../../../shared/faults.ts';
import type { Precision, Target } from '../onnx/target.ts';

export type ElementType = 'float32' | 'int64' | 'int32';
export type Memory = 'host' | 'device';
export type Elements = Float32Array | BigInt64Array | Int32Array;

export interface RuntimeTensor {
    readonly type: ElementType;
    readonly dims: readonly number[];
    /** Copies the values in. @throws where their number is not the product of dims */
    write(values: Elements): void;
    /** The current values, valid until the next run or write; copy (`slice`) to keep them. */
    read(): Elements;
    /** `count` elements from `from` on, as a vector that shares this tensor's memory. */
    view(from: number, count: number): RuntimeTensor;
    /** Grows whenever the memory is written, by us or by a run; anything derived from the values is then stale. */
    readonly version: number;
    release(): void;
}

export type NamedTensors = Readonly<Record<string, RuntimeTensor>>;

export interface Binding {
    /**
     * Runs once; resolves when all outputs are in their tensors. The event loop goes on where the runtime allows it.
     */
    run(): Promise<void>;
    release(): void;
}

export interface Program {
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    /** Every input and output of the graph must be bound. A tensor bound as both is updated in place. */
    bind(inputs: NamedTensors, outputs: NamedTensors): Binding;
    release(): void;
}

/** The GPU that a runtime computes on. */
export interface Gpu {
    /** As its driver has it: "NVIDIA H100 80GB HBM3". */
    readonly name: string;
    /** All of it, whoever uses it. */
    readonly memoryBytes: number;
    /** NVIDIA's compute capability, which tells how fast a GPU is in each precision: "9.0". */
    readonly capability: string;
}

export interface Runtime {
    readonly kind: 'native' | 'official' | 'webgpu' | 'cuda';
    /**
     * Where state lives. On a device every read and write is a copy, and onnxruntime's fused operators have no kernels.
     */
    readonly memory: Memory;
    /** What graphs are written for. */
    readonly target: Target;
    /** Null on the processor, and where nothing is known of the GPU. */
    readonly gpu: Gpu | null;
    /** What runs and why, in words: "CPU, 2 threads, onnxruntime 1.30.0 through its C API". */
    readonly description: string;
    /**
     * Zero-filled.
     * @param home `host` for what JavaScript writes or reads around every run; a device then copies it as part of the
     * run. Default: where the runtime keeps state
     */
    tensor(type: ElementType, dims: readonly number[], home?: 'host'): RuntimeTensor;
    /**
     * @param weights the constants that the model only names. Their values are copied and prepacked for matrix
     * products, so later writes do not reach the program.
     */
    compile(model: Uint8Array, weights?: NamedTensors): Promise<Program>;
    release(): void;
}

/** Something needs more memory than the device has left. Who knows the micro-batch tells it, with `withinMemory`. */
export class OutOfDeviceMemory extends FaultError {
    constructor(reason: string) {
        super({ kind: 'gpu-out-of-memory', phase: 'computing' });
        this.name = 'OutOfDeviceMemory';
        this.message = `the device ran out of memory (${reason})`;
    }
}

export interface RuntimeOptions {
    /** `processor`: `native` where that works, else `official`; both give the same bits. */
    readonly kind: 'processor' | Runtime['kind'];
    readonly threads: number;
    /** Default: float32. The others only on CUDA. `auto`: TF32 where a GPU computes faster in it, else float32. */
    readonly precision?: Precision | 'auto';
}
