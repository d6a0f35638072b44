/**
 * Every tensor a GPT-2 student learns, under its name in Hugging Face's GPT2LMHeadModel, so that checkpoints need no
 * translation. Matrices are (in, out) as in GPT-2's Conv1D; the output matrix is the token embedding (tied).
 */
import type { RandomStream } from '../../learning/random.ts';
import { elementCount } from '../onnx/graph.ts';
import type { Dims } from '../onnx/graph.ts';
import type { StudentConfig } from './config.ts';

/**
 * How a tensor is initialised: N(0, 0.02), the same scaled down for what is added to the residual stream, 1, 0, or
 * U(±1/√C).
 */
type Start = 'normal' | 'residual' | 'ones' | 'zeros' | 'uniform';

export interface Parameter {
    readonly name: string;
    readonly dims: Dims;
    readonly start: Start;
}

export const tokenEmbedding = 'transformer.wte.weight';
export const positionEmbedding = 'transformer.wpe.weight';
export const valueHeadWeight = 'v_head.summary.weight';
export const valueHeadBias = 'v_head.summary.bias';

/** The language model's parameters, in PyTorch's order. */
export function languageModelParameters({ layers, width, vocabulary, context }: StudentConfig): readonly Parameter[] {
    const norm = (name: string): readonly Parameter[] => [
        { name: `${name}.weight`, dims: [width], start: 'ones' },
        { name: `${name}.bias`, dims: [width], start: 'zeros' },
    ];
    const linear = (name: string, inputs: number, outputs: number, start: Start): readonly Parameter[] => [
        { name: `${name}.weight`, dims: [inputs, outputs], start },
        { name: `${name}.bias`, dims: [outputs], start: 'zeros' },
    ];
    const block = (layer: number): readonly Parameter[] => {
        const at = `transformer.h.${layer}`;
        return [
            ...norm(`${at}.ln_1`),
            ...linear(`${at}.attn.c_attn`, width, 3 * width, 'normal'),
            ...linear(`${at}.attn.c_proj`, width, width, 'residual'),
            ...norm(`${at}.ln_2`),
            ...linear(`${at}.mlp.c_fc`, width, 4 * width, 'normal'),
            ...linear(`${at}.mlp.c_proj`, 4 * width, width, 'residual'),
        ];
    };
    return [
        { name: tokenEmbedding, dims: [vocabulary, width], start: 'normal' },
        { name: positionEmbedding, dims: [context, width], start: 'normal' },
        ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
        ...norm('transformer.ln_f'),
    ];
}

/** The value head's parameters beside the language model's, named as in TRL: (1, C) and (1). */
export function valueHeadParameters({ width }: StudentConfig): readonly Parameter[] {
    return [
        { name: valueHeadWeight, dims: [1, width], start: 'uniform' },
        { name: valueHeadBias, dims: [1], start: 'uniform' },
    ];
}

/** What PPO optimises: the language model and the value head. */
export function policyParameters(config: StudentConfig): readonly Parameter[] {
    return [...languageModelParameters(config), ...valueHeadParameters(config)];
}

/**
 * Fresh weights. The language model starts as GPT-2 does: N(0, 0.02), residual projections N(0, 0.02 / √(2 layers)),
 * norms 1 and 0, biases 0 (transformers `GPT2PreTrainedModel._init_weights`). The value head starts with U(±1/√C)
 * (torch.nn.Linear, which TRL 0.9.4 leaves as it is). Each tensor draws from a stream of its own name.
 */
export function initialWeights(
    config: StudentConfig,
    parameters: readonly Parameter[],
    random: RandomStream,
): Map<string, Float32Array> {
    const start: Readonly<Record<Start, (values: Float32Array, stream: RandomStream) => void>> = {
        normal: (values, stream) => stream.fillNormal(values, 0.02),
        residual: (values, stream) => stream.fillNormal(values, 0.02 / Math.sqrt(2 * config.layers)),
        ones: (values) => void values.fill(1),
        zeros: () => {},
        uniform(values, stream) {
            for (let at = 0; at < values.length; at++)
                values[at] = (2 * stream.uniform() - 1) / Math.sqrt(config.width);
        },
    };
    return new Map(
        parameters.map((parameter) => {
            const values = new Float32Array(elementCount(parameter.dims));
            start[parameter.start](values, random.fork(parameter.name));
            return [parameter.name, values];
        }),
    );
}
