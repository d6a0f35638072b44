/**
 * Converts typed arrays to bytes and back. Little-endian, as is every machine this runs on; copies where alignment
 * needs it.
 */

export function bytesOf(values: Uint16Array | Float32Array): Uint8Array {
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

export function uint16sOf(bytes: Uint8Array): Uint16Array {
    return new Uint16Array(bytes.slice().buffer);
}

export function float32sOf(bytes: Uint8Array): Float32Array {
    return new Float32Array(bytes.slice().buffer);
}
