/** Checks a model's file before llama.cpp opens it, which aborts its process on some damaged headers. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { GgufProblem, readGgufHeader, type GgufHeader } from '../../../shared/gguf/gguf-reader.ts';

export interface ModelFile {
    /** The file's name, without its folder. */
    readonly file: string;
    /** As the model calls itself, else the file's name. */
    readonly name: string;
    readonly sha256: string;
}

/** @throws `bad-input` where the file is missing, no GGUF, cut off, damaged, or no model that could answer */
export async function readModelFile(path: string): Promise<ModelFile> {
    const file = basename(path);
    const header = readHeader(path, file);
    const why = whyNoModel(header);
    if (why !== null) throw badInput(`${file} ${why}; nothing was started. Choose an instruct model in GGUF.`);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) hash.update(chunk as Buffer);
    const name = header.metadata.get('general.name');
    return {
        file,
        name: name?.type === 'string' && name.value.trim() !== '' ? name.value.trim() : file,
        sha256: hash.digest('hex'),
    };
}

function readHeader(path: string, file: string): GgufHeader {
    let handle: number;
    try {
        handle = openSync(path, 'r');
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const why = code === 'ENOENT' ? 'There is no model' : `The model cannot be read (${code ?? 'unknown reason'})`;
        throw badInput(`${why} at ${path}; nothing was started. Check the path, or download a model first.`);
    }
    try {
        const stat = fstatSync(handle);
        if (!stat.isFile()) throw badInput(`${path} is not a file; nothing was started. Name a .gguf file.`);
        const { size } = stat;
        const read = (offset: number, length: number): Uint8Array => {
            const bytes = new Uint8Array(length);
            if (readSync(handle, bytes, 0, length, offset) < length) throw new GgufProblem('changed while it was read');
            return bytes;
        };
        return readGgufHeader({ size, read });
    } catch (error) {
        if (!(error instanceof GgufProblem)) throw error;
        throw badInput(`${file} ${error.message}; nothing was started. Download it again, or choose another model.`);
    } finally {
        closeSync(handle);
    }
}

/** Why the file cannot be used; null where it can. On each of these llama.cpp would abort instead of refusing. */
function whyNoModel({ metadata, tensors }: GgufHeader): string | null {
    const architecture = metadata.get('general.architecture');
    if (architecture?.type !== 'string') return 'is damaged: it does not say its architecture';
    if (tensors.length === 0) return 'holds a vocabulary and no weights';
    if (!metadata.has('tokenizer.ggml.tokens')) return 'holds no tokenizer';
    for (const needed of ['context_length', 'embedding_length', 'block_count']) {
        const entry = metadata.get(`${architecture.value}.${needed}`);
        const value = entry === undefined || entry.type === 'array' ? 0 : Number(entry.value);
        if (!(value >= 1)) return `is not a language model, or is damaged: it lacks "${architecture.value}.${needed}"`;
    }
    return null;
}
