/** Tensors on a GPU: what runs write stays there and is copied back when JavaScript reads it. */
import { ELEMENT_CODES } from '../native/api.ts';
import type { Pointer } from '../native/api.ts';
import type { OrtEnvironment } from '../native/session.ts';
import { NativeTensor } from '../native/tensor.ts';
import type { Elements, RuntimeTensor } from '../runtime.ts';
import { elementCount } from '../../onnx/graph.ts';
import { checkPart } from '../signature.ts';

export interface Device extends OrtEnvironment {
    /** Allocates the device's memory. */
    readonly deviceAllocator: Pointer;
    /** Whether a run may write the memory it reads. */
    readonly writesInPlace: boolean;
    /** Copies the values of one tensor into another of the same size, wherever either lies. */
    copy(from: Pointer, to: Pointer): void;
}

/**
 * The current values are on the host, on the device, or on both. Before the first run or write they are on neither, and
 * all zero.
 */
export class DeviceTensor implements RuntimeTensor {
    readonly ort: Device;
    readonly type = 'float32';
    readonly dims: readonly number[];
    #host: NativeTensor | null = null;
    #device: Pointer | null = null;
    /** Whether the device holds the current value; where JavaScript wrote another, its memory is kept for that. */
    #isDeviceCurrent = false;
    #isReleased = false;
    /** Another number whenever the memory on the device is another. */
    place = 0;
    version = 0;

    constructor(ort: Device, dims: readonly number[]) {
        elementCount(dims); // throws if the dims are not a shape
        this.ort = ort;
        this.dims = [...dims];
    }

    get memory(): this {
        return this;
    }

    /** The values where JavaScript can reach them. */
    onHost(): NativeTensor {
        this.checkAlive();
        if (this.#host === null) {
            this.#host = new NativeTensor(this.ort, this.type, this.dims);
            if (this.#isDeviceCurrent) this.ort.copy(this.#device!, this.#host.value);
        }
        return this.#host;
    }

    /** The values where a run can read them. */
    onDevice(): Pointer {
        this.checkAlive();
        if (!this.#isDeviceCurrent) {
            const host = this.onHost(); // first, because new memory on the device holds garbage
            const room = this.#device ?? this.#newRoom();
            this.ort.copy(host.value, room);
            this.#device = room;
            this.#isDeviceCurrent = true;
            this.#dropHost(); // a frozen student would lie in the host's memory for a whole run
        }
        return this.#device!;
    }

    /**
     * Memory for a run to write, to be passed to `moveTo` afterwards: this tensor's own, or fresh memory where the run
     * also reads the tensor and may not write it.
     */
    roomToWrite(isRead: boolean): Pointer {
        this.checkAlive();
        return isRead && !this.ort.writesInPlace ? this.#newRoom() : (this.#device ?? this.#newRoom());
    }

    /** What a run wrote there, completely or not, is now the tensor's value. */
    moveTo(device: Pointer): void {
        if (device !== this.#device) this.#dropDevice();
        this.#device = device;
        this.#isDeviceCurrent = true;
        this.#dropHost();
        this.version++;
    }

    /** The host's copy was written and is now the current value. */
    noteHostChange(): void {
        this.#isDeviceCurrent = false;
        this.version++;
    }

    write(values: Elements): void {
        this.checkAlive();
        this.ort.queue.refuseWhileInUse(this, 'written');
        // what it held is overwritten, so nothing is copied back
        this.#host ??= new NativeTensor(this.ort, this.type, this.dims);
        this.#host.write(values);
        this.noteHostChange();
    }

    read(): Elements {
        return this.onHost().read();
    }

    view(from: number, count: number): DevicePart {
        checkPart(this.dims, from, count);
        return new DevicePart(this, this, from, count);
    }

    release(): void {
        if (this.#isReleased) return;
        this.ort.queue.refuseWhileInUse(this, 'released');
        this.#isReleased = true;
        this.#dropDevice();
        this.#dropHost();
    }

    checkAlive(): void {
        if (this.#isReleased) throw new Error('the tensor was released');
    }

    #newRoom(): Pointer {
        const shape = BigInt64Array.from(this.dims, BigInt);
        const { api, deviceAllocator } = this.ort;
        this.place++;
        return api.ask('CreateTensorAsOrtValue', deviceAllocator, shape, shape.length, ELEMENT_CODES[this.type]);
    }

    #dropHost(): void {
        this.#host?.release();
        this.#host = null;
    }

    #dropDevice(): void {
        if (this.#device !== null) this.ort.api.release('Value', this.#device);
        this.#device = null;
        this.#isDeviceCurrent = false;
    }
}

/**
 * A view of a tensor on the device. A run that uses one brings the whole tensor to the host; no graph of the student
 * does.
 */
export class DevicePart implements RuntimeTensor {
    readonly memory: DeviceTensor;
    readonly #whole: DeviceTensor | DevicePart;
    readonly #from: number; // element of the whole tensor
    readonly type = 'float32';
    readonly dims: readonly [number];
    #lent: NativeTensor | null = null;
    #isReleased = false;

    constructor(memory: DeviceTensor, whole: DeviceTensor | DevicePart, from: number, count: number) {
        this.memory = memory;
        this.#whole = whole;
        this.#from = from;
        this.dims = [count];
    }

    get ort(): Device {
        return this.memory.ort;
    }

    get version(): number {
        return this.memory.version;
    }

    /** Valid until the memory is read or written in another way. */
    onHost(): NativeTensor {
        this.checkAlive();
        this.#lent?.release();
        this.#lent = this.memory.onHost().view(this.#from, this.dims[0]);
        return this.#lent;
    }

    write(values: Elements): void {
        this.ort.queue.refuseWhileInUse(this.memory, 'written');
        this.onHost().write(values);
        this.memory.noteHostChange();
    }

    read(): Elements {
        return this.onHost().read();
    }

    view(from: number, count: number): DevicePart {
        checkPart(this.dims, from, count);
        return new DevicePart(this.memory, this, this.#from + from, count);
    }

    release(): void {
        if (this.#isReleased) return;
        this.ort.queue.refuseWhileInUse(this.memory, 'released');
        this.#lent?.release();
        this.#lent = null;
        this.#isReleased = true;
    }

    checkAlive(): void {
        if (this.#isReleased) throw new Error('the tensor was released');
        this.#whole.checkAlive();
    }
}
