/** Arrays at addresses that native code may keep. */
import { koffi } from './koffi.ts';
import type { Pointer } from './api.ts';
import type { Elements, ElementType } from '../runtime.ts';

const ALIGNMENT = 64; // bytes; onnxruntime's own allocator uses this alignment, so kernels run at the same speed

/** The address of the elements. An address does not keep them alive: whoever uses it must also hold the elements. */
export function address(elements: Elements | Uint8Array): Pointer {
    return koffi.address(new Uint8Array(elements.buffer)) + BigInt(elements.byteOffset);
}

/** Zeros at an aligned address that never moves: an ArrayBuffer stays where it is as long as it lives. */
export function alignedZeros(type: ElementType, count: number): Elements {
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
