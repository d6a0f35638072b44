/** Copies tensors between host and device by running an identity graph: onnxruntime moves whatever is bound to it. */
import { encodeModel } from '../../onnx/protobuf.ts';
import type { NativeApi, Pointer } from '../native/api.ts';
import type { Session } from '../native/session.ts';

/** y = x, for float32 of any shape. */
export function copyModel(): Uint8Array {
    return encodeModel({
        name: 'copy',
        nodes: [{ operator: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
        initializers: [],
        weights: [],
        inputs: [{ name: 'x', type: 'float32', dims: null }],
        outputs: [{ name: 'y', type: 'float32', dims: null }],
    });
}

/**
 * Returns a function that copies one tensor into another of the same shape by running the compiled model; it returns
 * when the copy is complete.
 */
export function copyThrough(api: NativeApi, session: Session): (from: Pointer, to: Pointer) => void {
    return (from, to) => {
        const binding = api.ask('CreateIoBinding', session.pointer);
        try {
            api.call('BindInput', binding, 'x', from);
            api.call('BindOutput', binding, 'y', to);
            api.call('RunWithBinding', session.pointer, null, binding);
        } finally {
            api.release('IoBinding', binding);
        }
    };
}
