/**
 * Exports a student as a Hugging Face folder: every file of its checkpoint byte for byte, and a model card. A
 * checkpoint from elsewhere may lack files that `transformers` needs; it is rewritten with all of them.
 */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { plain } from '../../../shared/text/markdown.ts';
import { readCheckpoint, writeCheckpoint, type ReadCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { parameterCount } from '../../student/gpt2/config.ts';
import { valueHeadBias } from '../../student/gpt2/parameters.ts';
import { count } from '../../../shared/text/numbers.ts';

/** What a checkpoint of ours may consist of; all of it has a fixed name. */
export const checkpointFiles = [
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'special_tokens_map.json',
    'storyloop.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'value_head.safetensors',
];

/**
 * Writes the folder and loads it again. @returns the names of its files and what was found equal
 * @throws bad input where what was loaded differs; the folder is removed then
 */
export function writeHuggingFaceFolder(
    folder: string,
    checkpointFolder: string,
    checkpoint: ReadCheckpoint,
    storyloop: string,
): { readonly files: readonly string[]; readonly verified: string } {
    if (checkpoint.origin !== null) {
        mkdirSync(folder);
        const present = readdirSync(checkpointFolder);
        for (const name of checkpointFiles)
            if (present.includes(name)) copyFileSync(join(checkpointFolder, name), join(folder, name));
    } else writeCheckpoint(folder, checkpoint);
    writeFileSync(join(folder, 'README.md'), modelCard(checkpoint, storyloop));
    const again = readCheckpoint(folder);
    const isEqual =
        again.tokenizer.digest() === checkpoint.tokenizer.digest() &&
        again.weights.size === checkpoint.weights.size &&
        [...checkpoint.weights].every(([name, values]) => sameNumbers(values, again.weights.get(name)));
    if (!isEqual)
        throw badInput(
            `The student came out different from its checkpoint and was removed; ${checkpointFolder} is untouched. Export it again.`,
        );
    return {
        files: readdirSync(folder).sort(),
        verified: 'loaded again: every weight and the tokenizer equal to the checkpoint',
    };
}

function sameNumbers(one: Float32Array, other: Float32Array | undefined): boolean {
    return (
        other !== undefined &&
        Buffer.from(one.buffer, one.byteOffset, one.byteLength).equals(
            Buffer.from(other.buffer, other.byteOffset, other.byteLength),
        )
    );
}

/** The README of the folder: what it is, where it comes from, how it is loaded. */
function modelCard({ config, origin, digest, weights }: ReadCheckpoint, storyloop: string): string {
    const { layers, width, heads, context, vocabulary } = config;
    const losses = Object.entries(origin?.losses ?? {}).map(([name, loss]) => `${plain(name)} ${loss.toFixed(3)}`);
    const past =
        origin === null
            ? 'It was imported; how it was trained is not known here.'
            : [
                  `It has read ${count(origin.words)} words (${count(origin.tokens)} tokens, all passes together).`,
                  ...(losses.length > 0 ? [`Losses in nats per token: ${losses.join(', ')}.`] : []),
                  ...(origin.temperature === 1
                      ? []
                      : [`A sampling temperature of ${origin.temperature} is part of its weights: sample at 1.`]),
                  ...(origin.parents.length > 0
                      ? [`It was made from the checkpoint ${plain(origin.parents[0]!)} (SHA-256 of its weights).`]
                      : []),
              ].join('\n');
    return `---
library_name: transformers
pipeline_tag: text-generation
tags:
  - gpt2
  - storyloop
---

# A student of Storyloop

A GPT-2 of ${count(parameterCount(config))} parameters (${layers} layers, ${width} wide, ${heads} heads, ${count(vocabulary)} tokens, ${context} positions) that writes stories.
${past}

\`\`\`python
from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained(".")
tokenizer = AutoTokenizer.from_pretrained(".")
ids = tokenizer("Once upon a time", return_tensors="pt").input_ids
print(tokenizer.decode(model.generate(ids, do_sample=True, top_k=0, max_new_tokens=90)[0]))
\`\`\`

\`model.safetensors\` is SHA-256 ${digest}.${
        weights.has(valueHeadBias)
            ? '\n`value_head.safetensors` holds the value head of PPO beside it, under the names of TRL; writing does not need it.'
            : ''
    }

Written by Storyloop ${storyloop}. The student learned from what it was given: it says nothing that should be relied on.
`;
}
