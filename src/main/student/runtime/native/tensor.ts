/**
 * Tensors in JavaScript's own memory, handed to onnxruntime by address: `read` and `write` use plain typed arrays, and
 * a run copies nothing in or out.
 */
import { address, alignedZeros } from './host-memory.ts';
import { ELEMENT_CODES } from './api.ts';
import type { Pointer } from './api.ts';
import type { OrtEnvironment } from './session.ts';
import type { Elements, ElementType, RuntimeTensor } from '../runtime.ts';
import { elementCount } from '../../onnx/graph.ts';
import { checkPart, copyInto } from '../signature.ts';

export class NativeTensor implements RuntimeTensor {
    readonly ort: OrtEnvironment;
    readonly type: ElementType;
    readonly dims: readonly number[];
    readonly #value: Pointer;
    readonly #whole: NativeTensor | null; // the tensor this one is a view of
    #elements: Elements | null;
    #changes = 0;

    constructor(
        ort: OrtEnvironment,
        type: ElementType,
        dims: readonly number[],
        elements = alignedZeros(type, elementCount(dims)),
        whole: NativeTensor | null = null,
    ) {
        const shape = BigInt64Array.from(dims, BigInt);
        this.ort = ort;
        this.type = type;
        this.dims = [...dims];
        this.#elements = elements;
        this.#whole = whole;
        this.#value = ort.api.ask(
            'CreateTensorWithDataAsOrtValue',
            ort.memory,
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

    /** The tensor whose memory a run touches when it uses this one. */
    get memory(): NativeTensor {
        return this.#whole?.memory ?? this;
    }

    get version(): number {
        return this.memory.#changes;
    }

    /** Must be called by whoever writes the memory. */
    noteChange(): void {
        this.memory.#changes++;
    }

    write(values: Elements): void {
        this.ort.queue.refuseWhileInUse(this.memory, 'written');
        copyInto(this.read(), values, this.dims);
        this.noteChange();
    }

    read(): Elements {
        if (this.#elements === null) throw new Error('the tensor was released');
        this.#whole?.read(); // throws if that has been released
        return this.#elements;
    }

    view(from: number, count: number): NativeTensor {
        checkPart(this.dims, from, count);
        return new NativeTensor(this.ort, this.type, [count], this.read().subarray(from, from + count), this);
    }

    release(): void {
        if (this.#elements === null) return;
        this.ort.queue.refuseWhileInUse(this.memory, 'released');
        this.#elements = null;
        this.ort.api.release('Value', this.#value);
    }
}
