/**
 * GGUF, the file format of llama.cpp: the types of its metadata and tensors.
 * Source: github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3; tensor types: ggml.h and ggml-common.h.
 */

/** Names of the scalar types, at the place of their number in the file; 9 is the array. */
export const scalarTypes = {
    u8: 0,
    i8: 1,
    u16: 2,
    i16: 3,
    u32: 4,
    i32: 5,
    f32: 6,
    bool: 7,
    string: 8,
    u64: 10,
    i64: 11,
    f64: 12,
} as const;
export type ScalarType = keyof typeof scalarTypes;
export const arrayType = 9;

type ScalarOf<T extends ScalarType> = T extends 'string'
    ? string
    : T extends 'bool'
      ? boolean
      : T extends 'u64' | 'i64'
        ? bigint
        : number;
export type Scalar = string | boolean | bigint | number;
export type GgufValue =
    | { [T in ScalarType]: { readonly type: T; readonly value: ScalarOf<T> } }[ScalarType]
    | {
          [T in ScalarType]: { readonly type: 'array'; readonly of: T; readonly value: readonly ScalarOf<T>[] };
      }[ScalarType];

export type Metadata = ReadonlyMap<string, GgufValue>;

/** Tensor types by their number: values in a block, bytes of a block. */
export const tensorBlocks: Readonly<Record<number, { readonly values: number; readonly bytes: number }>> = {
    0: { values: 1, bytes: 4 }, // F32
    1: { values: 1, bytes: 2 }, // F16
    2: { values: 32, bytes: 18 }, // Q4_0
    3: { values: 32, bytes: 20 }, // Q4_1
    6: { values: 32, bytes: 22 }, // Q5_0
    7: { values: 32, bytes: 24 }, // Q5_1
    8: { values: 32, bytes: 34 }, // Q8_0
    9: { values: 32, bytes: 36 }, // Q8_1
    10: { values: 256, bytes: 84 }, // Q2_K
    11: { values: 256, bytes: 110 }, // Q3_K
    12: { values: 256, bytes: 144 }, // Q4_K
    13: { values: 256, bytes: 176 }, // Q5_K
    14: { values: 256, bytes: 210 }, // Q6_K
    15: { values: 256, bytes: 292 }, // Q8_K
    16: { values: 256, bytes: 66 }, // IQ2_XXS
    17: { values: 256, bytes: 74 }, // IQ2_XS
    18: { values: 256, bytes: 98 }, // IQ3_XXS
    19: { values: 256, bytes: 50 }, // IQ1_S
    20: { values: 32, bytes: 18 }, // IQ4_NL
    21: { values: 256, bytes: 110 }, // IQ3_S
    22: { values: 256, bytes: 82 }, // IQ2_S
    23: { values: 256, bytes: 136 }, // IQ4_XS
    24: { values: 1, bytes: 1 }, // I8
    25: { values: 1, bytes: 2 }, // I16
    26: { values: 1, bytes: 4 }, // I32
    27: { values: 1, bytes: 8 }, // I64
    28: { values: 1, bytes: 8 }, // F64
    29: { values: 256, bytes: 56 }, // IQ1_M
    30: { values: 1, bytes: 2 }, // BF16
    34: { values: 256, bytes: 54 }, // TQ1_0
    35: { values: 256, bytes: 66 }, // TQ2_0
    39: { values: 32, bytes: 17 }, // MXFP4
};

export const magic = 0x46554747; // "GGUF", little-endian
export const defaultAlignment = 32;
export const alignmentKey = 'general.alignment';

/** The next multiple of the alignment. */
export const aligned = (offset: number, alignment: number): number => Math.ceil(offset / alignment) * alignment;
