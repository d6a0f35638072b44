/** Students of the sizes that benches speak of, untrained: what numbers the weights hold costs no time. */
import { RandomStream } from '../../src/main/learning/random.ts';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import { initialWeights, policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { FaultError } from '../../src/shared/faults.ts';

/** 2.6 million parameters, as the shipped student. */
export const demoStudent: StudentConfig = { layers: 4, width: 192, heads: 6, vocabulary: 4000, context: 128 };
/** 1.3 million. */
export const tinyStudent: StudentConfig = { layers: 4, width: 128, heads: 4, vocabulary: 4000, context: 128 };

/** 97.7 million, as published: GPT-2 small with a vocabulary of 16,000. */
export const publishedStudent: StudentConfig = { layers: 12, width: 768, heads: 12, vocabulary: 16_000, context: 128 };

export const promptTokens = 18; // of the usual prompt, by a tokenizer of 4000
export const longestStory = 90; // tokens, as published

export function untrained(student: StudentConfig): Map<string, Float32Array> {
    return initialWeights(student, policyParameters(student), new RandomStream('bench'));
}

/** (count) token ids, frequent ones more often, as in a language; never a special token. */
export function tokensOf(count: number, { vocabulary }: StudentConfig, random: RandomStream): Int32Array {
    return Int32Array.from({ length: count }, () => 5 + Math.floor((vocabulary - 5) * random.uniform() ** 3));
}

/** The runtime in place, or why this machine has none. */
export async function nativeRuntime(threads: number): Promise<Runtime | string> {
    try {
        return await openRuntime({ kind: 'native', threads });
    } catch (error) {
        if (error instanceof FaultError) return `absent: ${error.message}`;
        throw error;
    }
}
