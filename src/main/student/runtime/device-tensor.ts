/**
 * Tensors that live on a graphics processor: what runs write stays there, and comes back when JavaScript reads it.
 */
import { ELEMENT_CODES } from './native-api.ts';
import type { Pointer } from './native-api.ts';
import type { OrtEnvironment } from './native-session.ts';
import { NativeTensor } from './native-tensor.ts';
import type { Elements, RuntimeTensor } from './runtime.ts';
import { elementCount } from '../onnx/graph.ts';
import { checkPart } from './signature.ts';

export interface Device extends OrtEnvironment {
    /** Of the device's memory. */
    readonly deviceAllocator: Pointer;
    /** Whether a run may write the memory that it reads. */
    readonly writesInPlace: boolean;
    /** Copies the values of one tensor into another of as many, wherever each lies. */
    copy(from: Pointer, to: Pointer): void;
}

/** The values stand on the host, on the device, or the same on both; before the first run or write, nowhere: all zeros. */
export class DeviceTensor implements RuntimeTensor {
    readonly ort: Device;
    readonly type = 'float32';
    readonly dims: readonly number[];
    #host: NativeTensor | null = null;
    #device: Pointer | null = null;
    #isReleased = false;
    version = 0;

    constructor(ort: Device, dims: readonly number[]) {
        elementCount(dims); // throws when that is no shape
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
            if (this.#device !== null) this.ort.copy(this.#device, this.#host.value);
        }
        return this.#host;
    }

    /** The values where a run reads them. */
    onDevice(): Pointer {
        this.checkAlive();
        if (this.#device === null) {
            const host = this.onHost(); // first: new room on the device holds anything
            const room = this.#newRoom();
            this.ort.copy(host.value, room);
            this.#device = room;
        }
        return this.#device;
    }

    /** Memory for a run to write, for `moveTo`: this tensor's own, or where the run reads that and may not write it, other. */
    roomToWrite(isRead: boolean): Pointer {
        this.checkAlive();
        return isRead && !this.ort.writesInPlace ? this.#newRoom() : (this.#device ?? this.#newRoom());
    }

    /** What a run wrote there, whole or half, are the values now. */
    moveTo(device: Pointer): void {
        if (device !== this.#device) this.#dropDevice();
        this.#device = device;
        this.#host?.release();
        this.#host = null;
        this.version++;
    }

    /** The host's values were written: they are the ones now. */
    noteHostChange(): void {
        this.#dropDevice();
        this.version++;
    }

    write(values: Elements): void {
        this.checkAlive();
        this.ort.queue.refuseWhileInUse(this, 'written');
        this.#host ??= new NativeTensor(this.ort, this.type, this.dims); // what it held is overwritten: no copy back
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
        this.#host?.release();
        this.#host = null;
    }

    checkAlive(): void {
        if (this.#isReleased) throw new Error('the tensor was released');
    }

    #newRoom(): Pointer {
        const shape = BigInt64Array.from(this.dims, BigInt);
        const { api, deviceAllocator } = this.ort;
        return api.ask('CreateTensorAsOrtValue', deviceAllocator, shape, shape.length, ELEMENT_CODES[this.type]);
    }

    #dropDevice(): void {
        if (this.#device !== null) this.ort.api.release('Value', this.#device);
        this.#device = null;
    }
}

/** Elements of a tensor on the device. A run that uses them brings the whole to the host: nothing of the student does. */
export class DevicePart implements RuntimeTensor {
    readonly memory: DeviceTensor;
    readonly #whole: DeviceTensor | DevicePart;
    readonly #from: number; // in the memory
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
