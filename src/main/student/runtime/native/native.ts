/**
 * The fast runtime: onnxruntime's C API with IoBinding on the CPU. A run copies nothing in or out, and a tensor bound
 * as both input and output is updated in place. Runs happen on another thread while the event loop goes on.
 *
 * In place is meant literally: a graph that writes a tensor it also reads must order the two (the write depends on
 * every read), as the student's graphs do.
 */
import { processor } from '../../onnx/target.ts';
import type { Pointer } from './api.ts';
import { openOrtEnvironment, Session } from './session.ts';
import type { OrtEnvironment } from './session.ts';
import { NativeTensor } from './tensor.ts';
import type { Binding, NamedTensors, Program, Runtime, RuntimeTensor } from '../runtime.ts';
import { checkBound, threadsInWords } from '../signature.ts';

function own(tensor: RuntimeTensor): NativeTensor {
    if (tensor instanceof NativeTensor) return tensor;
    throw new Error('the tensor belongs to another runtime');
}

class NativeBinding implements Binding {
    readonly #ort: OrtEnvironment;
    readonly #program: NativeProgram;
    readonly #tensors: readonly NativeTensor[];
    readonly #written: readonly NativeTensor[];
    #binding: Pointer | null;

    constructor(ort: OrtEnvironment, program: NativeProgram, inputs: NamedTensors, outputs: NamedTensors) {
        const tensors = new Set<NativeTensor>();
        const binding = ort.api.ask('CreateIoBinding', program.session.pointer);
        try {
            for (const [call, bound] of [['BindInput', inputs] as const, ['BindOutput', outputs] as const]) {
                for (const [name, tensor] of Object.entries(bound)) {
                    ort.api.call(call, binding, name, own(tensor).value);
                    tensors.add(own(tensor));
                }
            }
        } catch (error) {
            ort.api.release('IoBinding', binding);
            throw error;
        }
        this.#ort = ort;
        this.#program = program;
        this.#tensors = [...tensors];
        this.#written = Object.values(outputs).map(own);
        this.#binding = binding;
    }

    run(): Promise<void> {
        const memories = new Set(this.#tensors.map((tensor) => tensor.memory));
        return this.#ort.queue.take([this.#program, ...memories], async () => {
            if (this.#binding === null) throw new Error('the binding was released');
            for (const tensor of this.#tensors) tensor.read(); // throws if released
            for (const tensor of this.#written) tensor.noteChange(); // also when the run fails half way
            await this.#ort.api.callAsync('RunWithBinding', this.#program.session.pointer, null, this.#binding);
        });
    }

    release(): void {
        if (this.#binding === null) return;
        this.#ort.queue.refuseWhileInUse(this.#program, 'released');
        this.#ort.api.release('IoBinding', this.#binding);
        this.#binding = null;
    }
}

class NativeProgram implements Program {
    readonly #ort: OrtEnvironment;
    readonly session: Session;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];

    constructor(ort: OrtEnvironment, session: Session) {
        this.#ort = ort;
        this.session = session;
        this.inputs = session.signature.inputs.map((port) => port.name);
        this.outputs = session.signature.outputs.map((port) => port.name);
    }

    bind(inputs: NamedTensors, outputs: NamedTensors): Binding {
        checkBound(this.session.signature, inputs, outputs);
        return new NativeBinding(this.#ort, this, inputs, outputs);
    }

    release(): void {
        this.#ort.queue.refuseWhileInUse(this, 'released');
        this.session.release();
    }
}

/** The runtime over onnxruntime's C API on the CPU. @throws the reason where it cannot be used */
export function nativeRuntime(threads: number): Runtime {
    const ort = openOrtEnvironment();
    return {
        kind: 'native',
        memory: 'host',
        target: processor,
        gpu: null,
        description: `CPU, ${threadsInWords(threads)}, ${ort.api.description} through its C API`,
        tensor: (type, dims) => new NativeTensor(ort, type, dims),
        compile: async (model, weights = {}) => {
            const values = Object.fromEntries(Object.entries(weights).map(([name, each]) => [name, own(each).read()]));
            return new NativeProgram(ort, await Session.compile(ort, model, { threads, weights: values }));
        },
        release() {},
    };
}
