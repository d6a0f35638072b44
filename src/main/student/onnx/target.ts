/** What a graph is written for: the kernels that are there, and how precisely it computes. */

/**
 * `tf32`: matrix products round what they multiply to 10 bits, everything else is float32. `bf16`: products and
 * activations hold 8 bits; weights, moments, norms, the vocabulary's softmax, losses and sums stay float32.
 */
export type Precision = 'float32' | 'tf32' | 'bf16';

export interface Target {
    readonly kernels: 'cpu' | 'webgpu' | 'cuda';
    readonly precision: Precision;
    /** For bf16 without kernels that compute in it: everything is float32, and rounded wherever bf16 would round. */
    readonly isImitated?: boolean;
}

export const processor: Target = { kernels: 'cpu', precision: 'float32' };
