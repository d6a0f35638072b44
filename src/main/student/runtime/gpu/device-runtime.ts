/**
 * The runtime on a GPU: a provider of onnxruntime through the C API. Float tensors stay on the device between runs.
 * Integers (token ids, positions), scalars (losses, learning rates) and whatever else is told to stay on the host,
 * because JavaScript reads or writes it around every run. Operators without a kernel on the device run on the CPU;
 * onnxruntime copies their inputs and outputs.
 */
import { FaultError } from '../../../../shared/faults.ts';
import { Graph } from '../../onnx/graph.ts';
import type { Target } from '../../onnx/target.ts';
import { gpuInWords } from './nvidia-driver.ts';
import { DevicePart, DeviceTensor } from './device-tensor.ts';
import type { Device } from './device-tensor.ts';
import type { NativeApi, Pointer } from '../native/api.ts';
import { openOrtEnvironment, Session } from '../native/session.ts';
import type { OrtEnvironment, SessionRequest } from '../native/session.ts';
import { NativeTensor } from '../native/tensor.ts';
import { OutOfDeviceMemory } from '../runtime.ts';
import type { Binding, Gpu, NamedTensors, Program, Runtime, RuntimeTensor } from '../runtime.ts';
import { elementCount } from '../../onnx/graph.ts';
import { checkBound, threadsInWords } from '../signature.ts';

/** What distinguishes one GPU provider from another. */
export interface DeviceProvider {
    readonly kind: 'webgpu' | 'cuda';
    /** Its name, as people know it. */
    readonly name: string;
    readonly target: Target;
    /** The name of its memory in onnxruntime's include/onnxruntime/core/framework/allocator.h. */
    readonly memoryName: string;
    /**
     * Whether a run may write the memory it reads, as on the CPU. That holds where kernels run in the graph's order.
     * Otherwise a tensor that is both read and written gets new memory and frees the old.
     */
    readonly writesInPlace: boolean;
    /** The GPU it computes on, null where nothing is known of it. Asked once there is a device. */
    readonly readGpu: () => Gpu | null;
    /** Adds the provider to a session's options, ahead of the CPU. @throws onnxruntime's own message */
    append(ort: OrtEnvironment, options: Pointer): void;
    /** A function that copies the values of one tensor into another, wherever either lies. */
    openCopies(ort: OrtEnvironment, compile: (model: Uint8Array) => Promise<Session>): Promise<Device['copy']>;
    /** Why there is no device: onnxruntime's reason as a sentence of ours. */
    whyNot(reason: string): Error;
    /** Why a run failed, where the graph is not to blame; null where it is. */
    whyFailed(reason: string): Error | null;
}

const DEVICE_ALLOCATOR = 0;
const FIRST_DEVICE = 0;
const DEFAULT_MEMORY = 0;

// Messages of onnxruntime's arenas, of CUDA (failure 2), of cuBLAS and cuDNN, and of WebGPU.
const outOfMemory = /Failed to allocate memory|out of memory|_STATUS_ALLOC_FAILED/i;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What onnxruntime threw; a lack of memory under its name. */
function named(error: unknown): unknown {
    const reason = reasonOf(error);
    return !(error instanceof FaultError) && outOfMemory.test(reason) ? new OutOfDeviceMemory(reason) : error;
}

type Bindable = DeviceTensor | DevicePart | NativeTensor;
type Named = readonly [name: string, tensor: Bindable];

function hostValue(tensor: DevicePart | NativeTensor): Pointer {
    return (tensor instanceof DevicePart ? tensor.onHost() : tensor).value;
}

function noteHostChange(tensor: Bindable): void {
    if (tensor instanceof NativeTensor) tensor.noteChange();
    else if (tensor instanceof DevicePart) tensor.memory.noteHostChange();
}

/**
 * A binding of onnxruntime's that lasts from run to run: a token of writing binds some two hundred tensors, of which
 * only a few are elsewhere than before.
 */
class BoundPlaces {
    readonly #ort: Device;
    readonly #session: Session;
    readonly #known = new Map<string, number>();
    #pointer: Pointer | null = null;

    constructor(ort: Device, session: Session) {
        this.#ort = ort;
        this.#session = session;
    }

    get pointer(): Pointer {
        this.#pointer ??= this.#ort.api.ask('CreateIoBinding', this.#session.pointer);
        return this.#pointer;
    }

    /** @param place changes whenever the tensor's memory does; null binds it anew in any case */
    bind(call: 'BindInput' | 'BindOutput', name: string, value: Pointer, place: number | null): void {
        const key = `${call} ${name}`;
        if (place !== null && this.#pointer !== null && this.#known.get(key) === place) return;
        this.#ort.api.call(call, this.pointer, name, value);
        if (place !== null) this.#known.set(key, place);
    }

    release(): void {
        if (this.#pointer !== null) this.#ort.api.release('IoBinding', this.#pointer);
        this.#pointer = null;
        this.#known.clear();
    }
}

class DeviceProgram implements Program {
    readonly #ort: Device;
    readonly #whyFailed: DeviceProvider['whyFailed'];
    readonly #session: Session;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];

    constructor(ort: Device, whyFailed: DeviceProvider['whyFailed'], session: Session) {
        this.#ort = ort;
        this.#whyFailed = whyFailed;
        this.#session = session;
        this.inputs = session.signature.inputs.map((port) => port.name);
        this.outputs = session.signature.outputs.map((port) => port.name);
    }

    bind(inputs: NamedTensors, outputs: NamedTensors): Binding {
        checkBound(this.#session.signature, inputs, outputs);
        const read = Object.entries(inputs).map(([name, tensor]) => [name, this.#own(tensor)] as const);
        const written = Object.entries(outputs).map(([name, tensor]) => [name, this.#own(tensor)] as const);
        const tensors = [...read, ...written].map(([, tensor]) => tensor);
        const uses = [this, ...new Set(tensors.map((tensor) => tensor.memory))];
        const places = new BoundPlaces(this.#ort, this.#session);
        let bound = true;
        return {
            run: () =>
                this.#ort.queue.take(uses, async () => {
                    if (!bound) throw new Error('the binding was released');
                    await this.#run(read, written, places);
                }),
            release: () => {
                this.#ort.queue.refuseWhileInUse(this, 'released');
                if (bound) places.release();
                bound = false;
            },
        };
    }

    release(): void {
        this.#ort.queue.refuseWhileInUse(this, 'released');
        this.#session.release();
    }

    async #run(read: readonly Named[], written: readonly Named[], places: BoundPlaces): Promise<void> {
        const { api, writesInPlace } = this.#ort;
        if (!writesInPlace) places.release(); // tensors move with every run, and a binding keeps their old memory
        const alsoRead = new Set(read.map(([, tensor]) => tensor));
        const rooms = new Map<DeviceTensor, Pointer>(); // where device tensors are written
        try {
            for (const [name, tensor] of read) {
                if (tensor instanceof DeviceTensor) places.bind('BindInput', name, tensor.onDevice(), tensor.place);
                else places.bind('BindInput', name, hostValue(tensor), null); // binding is what copies it
            }
            for (const [name, tensor] of written) {
                if (tensor instanceof DeviceTensor) {
                    const room = tensor.roomToWrite(alsoRead.has(tensor));
                    rooms.set(tensor, room);
                    places.bind('BindOutput', name, room, tensor.place);
                } else places.bind('BindOutput', name, hostValue(tensor), tensor instanceof NativeTensor ? 0 : null);
            }
            for (const [, tensor] of written) noteHostChange(tensor); // also when the run fails half way
            await api.callAsync('RunWithBinding', this.#session.pointer, null, places.pointer);
        } catch (error) {
            const known = named(error);
            if (known instanceof FaultError) throw known;
            throw this.#whyFailed(reasonOf(error)) ?? error;
        } finally {
            for (const [tensor, room] of rooms) tensor.moveTo(room);
        }
    }

    #own(tensor: RuntimeTensor): Bindable {
        const isKnown =
            tensor instanceof DeviceTensor || tensor instanceof DevicePart || tensor instanceof NativeTensor;
        if (isKnown && tensor.ort === this.#ort) return tensor;
        throw new Error('the tensor belongs to another runtime');
    }
}

/**
 * y = −x: compiled to find out whether there is a device, and kept because the device's memory lives only as long as a
 * session does.
 */
function smallestModel(): Uint8Array {
    const graph = new Graph('smallest');
    graph.output('y', graph.unary('Neg', graph.input('x', [2])));
    return graph.model();
}

/** The runtime over a provider. @throws the provider's `whyNot` where there is no device for it; `gpu-out-of-memory` */
export async function deviceRuntime(provider: DeviceProvider, threads: number): Promise<Runtime> {
    const host = openOrtEnvironment();
    const { api } = host;
    const compile = (model: Uint8Array, weights: SessionRequest['weights'] = {}): Promise<Session> =>
        Session.compile(host, model, { threads, weights, append: (options) => provider.append(host, options) });
    const ort = await openDevice(host, provider, compile);
    const gpu = provider.readGpu();
    return {
        kind: provider.kind,
        memory: 'device',
        target: provider.target,
        gpu,
        description: described(provider, gpu, api, threads),
        tensor: (type, dims, home) =>
            type === 'float32' && elementCount(dims) > 1 && home !== 'host'
                ? new DeviceTensor(ort, dims)
                : new NativeTensor(ort, type, dims),
        compile: async (model, weights = {}) => {
            const values = Object.fromEntries(Object.entries(weights).map(([name, each]) => [name, each.read()]));
            const session = await compile(model, values).catch((error: unknown): never => {
                throw named(error);
            });
            return new DeviceProgram(ort, provider.whyFailed.bind(provider), session);
        },
        release() {},
    };
}

function described({ name, target }: DeviceProvider, gpu: Gpu | null, api: NativeApi, threads: number): string {
    const where = gpu === null ? name : `${name} on ${gpuInWords(gpu)}`;
    const precision = target.precision === 'float32' ? '' : `${target.precision}, `;
    return `${where}, ${precision}${api.description} through its C API; the processor, ${threadsInWords(threads)}, where ${name} has no kernel`;
}

async function openDevice(
    host: OrtEnvironment,
    provider: DeviceProvider,
    compile: (model: Uint8Array) => Promise<Session>,
): Promise<Device> {
    try {
        const { api } = host;
        const session = await compile(smallestModel());
        const memoryInfo = api.ask(
            'CreateMemoryInfo',
            provider.memoryName,
            DEVICE_ALLOCATOR,
            FIRST_DEVICE,
            DEFAULT_MEMORY,
        );
        return {
            ...host,
            deviceAllocator: api.ask('CreateAllocator', session.pointer, memoryInfo),
            writesInPlace: provider.writesInPlace,
            copy: await provider.openCopies(host, compile),
        };
    } catch (error) {
        const known = named(error);
        if (known instanceof FaultError) throw known;
        throw provider.whyNot(reasonOf(error));
    }
}
