/**
 * The kernels of onnxruntime 1.30.0's CUDA provider that the student's graphs could need: operator → types of what it
 * reads. Found by asking the provider itself (its build for CUDA 13, loaded beside functions of CUDA that only move
 * memory) to compile a graph of one node, with `session.disable_cpu_ep_fallback`. Not listed: nothing was found, so the
 * node would run on the processor. Of bits it has none: `BitwiseXor`, `BitwiseAnd`, `BitwiseOr`, `BitwiseNot`,
 * `BitShift`.
 */
const [floats, numbers] = [
    ['float32', 'bfloat16'],
    ['float32', 'bfloat16', 'int32', 'int64', 'uint32'],
];
const all = [...numbers, 'bool'];

export const cudaKernels: Readonly<Record<string, readonly string[]>> = {
    Add: numbers,
    Sub: numbers,
    Mul: numbers,
    Div: numbers,
    Max: numbers,
    Min: numbers,
    Mod: numbers,
    Neg: [...floats, 'int32', 'int64'],
    Exp: floats,
    Log: ['float32'],
    Sqrt: floats,
    Sigmoid: floats,
    Softmax: floats,
    LogSoftmax: ['float32'],
    FastGelu: floats,
    LayerNormalization: floats,
    MatMul: floats,
    FusedMatMul: floats,
    Gemm: floats,
    ReduceSum: [...floats, 'int32', 'int64'],
    ReduceMean: floats,
    ReduceSumSquare: floats,
    ReduceMax: ['float32'],
    CumSum: ['float32', 'int32', 'int64', 'uint32'],
    Clip: ['float32'],
    Pad: ['float32', 'bool'],
    Equal: ['float32', 'int32', 'int64', 'uint32', 'bool'],
    And: ['bool'],
    Or: ['bool'],
    ...Object.fromEntries(
        ['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map((operator) => [
            operator,
            ['float32', 'int32', 'int64', 'uint32'],
        ]),
    ),
    Where: [...floats, 'int32', 'int64'],
    Cast: all,
    Identity: all,
    Reshape: all,
    Transpose: all,
    Split: all,
    Concat: all,
    Slice: all,
    Gather: all,
    GatherElements: all,
    ScatterElements: all,
    Expand: all,
    GatherND: ['float32', 'bfloat16', 'int64', 'bool'],
    ScatterND: all,
    ConstantOfShape: ['int64'],
};
