/** What a model file says of itself: its architecture, how its weights are rounded, how much it reads at once. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { ModelFileFacts } from '../../../shared/views/computer.ts';
import { GgufProblem, readGgufHeader, type GgufHeader } from '../../../shared/gguf/gguf-reader.ts';
import type { ModelOnShelf } from './shelf.ts';

/** `general.file_type` of GGUF, as llama.cpp's `llama_ftype` numbers them. */
const fileTypes = new Map<number, string>([
    ...([
        [0, 'F32'],
        [1, 'F16'],
        [2, 'Q4_0'],
        [3, 'Q4_1'],
        [7, 'Q8_0'],
        [8, 'Q5_0'],
        [9, 'Q5_1'],
    ] as const),
    ...([
        [10, 'Q2_K'],
        [11, 'Q3_K_S'],
        [12, 'Q3_K_M'],
        [13, 'Q3_K_L'],
        [14, 'Q4_K_S'],
        [15, 'Q4_K_M'],
    ] as const),
    ...([
        [16, 'Q5_K_S'],
        [17, 'Q5_K_M'],
        [18, 'Q6_K'],
        [25, 'IQ4_NL'],
        [30, 'IQ4_XS'],
        [32, 'BF16'],
    ] as const),
]);

/** Reads each file once, until it changes: the header of a large vocabulary takes a tenth of a second. */
export function modelFactsReader(): (on: ModelOnShelf) => ModelFileFacts {
    const known = new Map<string, ModelFileFacts>();
    return ({ file, model, bytes, done }) => {
        const byName: ModelFileFacts = {
            architecture: null,
            quantisation: quantisationIn(basename(file)),
            parameters: null,
            context: model?.context ?? null,
            isFromFile: false,
        };
        if (done !== bytes || bytes === 0) return byName;
        const handle = openSync(file, 'r');
        try {
            const { size, mtimeMs } = fstatSync(handle);
            const key = `${file} ${size} ${mtimeMs}`;
            const facts = known.get(key) ?? factsOf(headerOf(handle, size), byName);
            known.set(key, facts);
            return facts;
        } finally {
            closeSync(handle);
        }
    };
}

/** Null where the file is no GGUF; whoever lets it teach is told so. */
function headerOf(handle: number, size: number): GgufHeader | null {
    const read = (offset: number, length: number): Uint8Array => {
        const bytes = new Uint8Array(length);
        if (readSync(handle, bytes, 0, length, offset) < length) throw new GgufProblem('changed while it was read');
        return bytes;
    };
    try {
        return readGgufHeader({ size, read });
    } catch (error) {
        if (error instanceof GgufProblem) return null;
        throw error;
    }
}

function factsOf(header: GgufHeader | null, byName: ModelFileFacts): ModelFileFacts {
    if (header === null) return byName;
    const { metadata, tensors } = header;
    const number = (key: string): number | null => {
        const entry = metadata.get(key);
        const value = entry === undefined || entry.type === 'array' ? NaN : Number(entry.value);
        return Number.isFinite(value) ? value : null;
    };
    const named = metadata.get('general.architecture');
    const architecture = named?.type === 'string' ? named.value : null;
    const type = number('general.file_type');
    return {
        architecture,
        quantisation: (type === null ? undefined : fileTypes.get(type)) ?? byName.quantisation,
        parameters: tensors.reduce((sum, { dims }) => sum + dims.reduce((product, each) => product * each, 1), 0),
        context: (architecture === null ? null : number(`${architecture}.context_length`)) ?? byName.context,
        isFromFile: true,
    };
}

/** "Q4_K_M" in "Llama-3.2-1B-Instruct-Q4_K_M.gguf". */
export function quantisationIn(name: string): string | null {
    return /(?:^|[-._])((?:I?Q\d|TQ\d|BF16|F16|F32|MXFP4)\w*)(?=[-.])/iu.exec(name)?.[1]?.toUpperCase() ?? null;
}
