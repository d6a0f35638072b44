/**
 * The runtime on a graphics processor: onnxruntime's WebGPU provider through the C API. Tensors of numbers stay on the
 * device from run to run; whole numbers (token ids, positions) and single numbers (losses, learning rates) stay on the
 * host, because JavaScript writes or reads them around every run. A tensor that a graph both reads and writes gets new
 * memory and gives the old back, because a kernel may not write a buffer that it reads. Operators without a kernel on the
 * device run on the CPU, their inputs and outputs copied by onnxruntime.
 */
import { badInput } from '../../../shared/faults.ts';
import { Graph } from '../onnx/graph.ts';
import { DevicePart, DeviceTensor } from './device-tensor.ts';
import type { Device } from './device-tensor.ts';
import type { Pointer } from './native-api.ts';
import { openEngine, Session } from './native-session.ts';
import type { Engine } from './native-session.ts';
import { NativeTensor } from './native-tensor.ts';
import type { Binding, Bound, Program, Runtime, RuntimeTensor } from './runtime.ts';
import { checkBound, elementCount, threadsInWords } from './signature.ts';

const provider = 'WebGPU';
const DEVICE_MEMORY = 'WebGPU_Buf'; // its name in onnxruntime's include/onnxruntime/core/framework/allocator.h
const DEVICE_ALLOCATOR = 0;
const FIRST_DEVICE = 0;
const DEFAULT_MEMORY = 0;

type Bindable = DeviceTensor | DevicePart | NativeTensor;
type Named = readonly [name: string, tensor: Bindable];

function hostValue(tensor: DevicePart | NativeTensor): Pointer {
    return (tensor instanceof DevicePart ? tensor.onHost() : tensor).value;
}

function noteHostChange(tensor: Bindable): void {
    if (tensor instanceof NativeTensor) tensor.noteChange();
    else if (tensor instanceof DevicePart) tensor.memory.noteHostChange();
}

class WebGpuProgram implements Program {
    readonly #engine: Device;
    readonly #session: Session;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];

    constructor(engine: Device, session: Session) {
        this.#engine = engine;
        this.#session = session;
        this.inputs = session.signature.inputs.map((port) => port.name);
        this.outputs = session.signature.outputs.map((port) => port.name);
    }

    bind(inputs: Bound, outputs: Bound): Binding {
        checkBound(this.#session.signature, inputs, outputs);
        const read = Object.entries(inputs).map(([name, tensor]) => [name, this.#own(tensor)] as const);
        const written = Object.entries(outputs).map(([name, tensor]) => [name, this.#own(tensor)] as const);
        const tensors = [...read, ...written].map(([, tensor]) => tensor);
        const uses = [this, ...new Set(tensors.map((tensor) => tensor.memory))];
        let bound = true;
        return {
            run: () =>
                this.#engine.turns.take(uses, async () => {
                    if (!bound) throw new Error('the binding was released');
                    await this.#run(read, written);
                }),
            release: () => {
                this.#engine.turns.refuseWhileInUse(this, 'released');
                bound = false;
            },
        };
    }

    release(): void {
        this.#engine.turns.refuseWhileInUse(this, 'released');
        this.#session.release();
    }

    async #run(read: readonly Named[], written: readonly Named[]): Promise<void> {
        const { api } = this.#engine;
        const session = this.#session.pointer;
        const binding = api.ask('CreateIoBinding', session);
        const alsoRead = new Set(read.map(([, tensor]) => tensor));
        const rooms = new Map<DeviceTensor, Pointer>(); // where tensors on the device are written
        try {
            for (const [name, tensor] of read) {
                const value = tensor instanceof DeviceTensor ? tensor.onDevice() : hostValue(tensor);
                api.call('BindInput', binding, name, value);
            }
            for (const [name, tensor] of written) {
                if (tensor instanceof DeviceTensor) rooms.set(tensor, tensor.roomToWrite(alsoRead.has(tensor)));
                const value = tensor instanceof DeviceTensor ? rooms.get(tensor)! : hostValue(tensor);
                api.call('BindOutput', binding, name, value);
            }
            for (const [, tensor] of written) noteHostChange(tensor); // also where the run fails half way
            await api.callAsync('RunWithBinding', session, null, binding);
        } finally {
            for (const [tensor, room] of rooms) tensor.moveTo(room);
            api.release('IoBinding', binding);
        }
    }

    #own(tensor: RuntimeTensor): Bindable {
        const isKnown =
            tensor instanceof DeviceTensor || tensor instanceof DevicePart || tensor instanceof NativeTensor;
        if (isKnown && tensor.engine === this.#engine) return tensor;
        throw new Error('the tensor belongs to another runtime');
    }
}

/** y = −x: compiled to learn whether there is a device, and kept, for the device's memory lives as long as a session. */
function smallestModel(): Uint8Array {
    const graph = new Graph('smallest');
    graph.output('y', graph.unary('Neg', graph.input('x', [2])));
    return graph.model();
}

async function openSession(engine: Engine, threads: number): Promise<Session> {
    try {
        return await Session.compile(engine, smallestModel(), { threads, weights: {}, provider });
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw badInput(
            `${whyNoDevice(reason)} Nothing was started; choose the runtime 'auto', which computes on the processor.`,
        );
    }
}

/** onnxruntime's words, in ours. */
export function whyNoDevice(reason: string): string {
    if (/not supported in this build|not enabled in this build/i.test(reason))
        return `The onnxruntime that is installed was built without WebGPU (${reason}).`;
    if (/adapter/i.test(reason))
        return 'No graphics processor was found that WebGPU can use: on Linux that takes a Vulkan driver, on Windows Direct3D 12, on a Mac Metal.';
    return `WebGPU could not be started (${reason}).`;
}

/** The runtime over onnxruntime's WebGPU provider; refused in one sentence where there is no device for it. */
export async function webGpuRuntime(threads: number): Promise<Runtime> {
    const host = openEngine();
    const session = await openSession(host, threads);
    const { api, environment } = host;
    const place = api.ask('CreateMemoryInfo', DEVICE_MEMORY, DEVICE_ALLOCATOR, FIRST_DEVICE, DEFAULT_MEMORY);
    const engine: Device = {
        ...host,
        deviceAllocator: api.ask('CreateAllocator', session.pointer, place),
        copy(from, to) {
            api.call('CopyTensors', environment, BigInt64Array.of(from), BigInt64Array.of(to), null, 1);
        },
    };
    return {
        kind: 'webgpu',
        memory: 'device',
        description: `WebGPU, ${api.description} through its C API; the processor, ${threadsInWords(threads)}, where WebGPU has no kernel`,
        tensor: (type, dims) =>
            type === 'float32' && elementCount(dims) > 1
                ? new DeviceTensor(engine, dims)
                : new NativeTensor(engine, type, dims),
        compile: async (model, weights = {}) => {
            const values = Object.fromEntries(Object.entries(weights).map(([name, each]) => [name, each.read()]));
            return new WebGpuProgram(
                engine,
                await Session.compile(engine, model, { threads, weights: values, provider }),
            );
        },
        release() {},
    };
}
