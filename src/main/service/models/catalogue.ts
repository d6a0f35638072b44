/**
 * The language models that can be downloaded as teachers (`resources/models.json`), and whether one fits this computer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, commandLine } from '../../../shared/faults.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
import { resourcesFolder } from '../sources/resources.ts';
import type { Digest } from './download.ts';

const modelSchema = z.object({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    name: z.string().min(1),
    means: z.string(),
    /** The repository on Hugging Face. The revision is a commit, so that size and hash stay true. */
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string().min(1),
    file: z.string().regex(/^[\w.-]+\.gguf$/),
    bytes: z.number().int().positive(),
    /** Null where no trusted hash is known: then only the size is checked. */
    sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    licence: z.string().min(1),
    /** The longest text, in tokens, that it was trained on. */
    context: z.number().int().positive(),
    /** Bytes of one token's keys and values in all layers, at 16 bits each. */
    contextBytesPerToken: z.number().int().positive(),
});
export type CatalogueModel = Readonly<z.infer<typeof modelSchema>>;

const catalogueSchema = z.object({ version: z.literal(1), models: z.array(modelSchema) });

export function readCatalogue(file = join(resourcesFolder(), 'models.json')): readonly CatalogueModel[] {
    return catalogueSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).models;
}

/** The hash that the file must have; null where none is known. */
export function digestOf({ sha256 }: CatalogueModel): Digest | null {
    return sha256 === null ? null : { algorithm: 'sha256', hex: sha256 };
}

/** Where a person or a lab may put a catalogue of their own, in the form of the one that ships. */
export const ownCatalogue = join('models', 'catalogue.json');

/**
 * The models of the data folder's own catalogue, followed by those of the one that ships.
 * @throws bad input where the data folder's own catalogue cannot be read as one
 */
export function knownModels(home = dataFolder()): readonly CatalogueModel[] {
    const file = join(home, ownCatalogue);
    if (!existsSync(file)) return readCatalogue();
    let own: readonly CatalogueModel[];
    try {
        own = readCatalogue(file);
    } catch (error) {
        const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
        const why = issue ? `${issue.path.join('.')}: ${issue.message}` : String(error);
        throw badInput(
            `${file} is not a list of models (${why}); nothing was changed. Fix it as docs/teachers.md shows, or move it away.`,
        );
    }
    return [...own, ...readCatalogue().filter(({ id }) => own.every((model) => model.id !== id))];
}

/** @throws bad input that names the choices */
export function catalogueModel(models: readonly CatalogueModel[], id: string): CatalogueModel {
    const found = models.find((model) => model.id === id);
    if (found) return found;
    const known = models.map((model) => model.id).join(', ');
    throw badInput(
        `The catalogue has no model "${id}"; nothing was downloaded. Choose one of ${known}, or add a file of yours.`,
        `Type: ${commandLine} models add <file>`,
    );
}

const publicEndpoint = 'https://huggingface.co';

/**
 * The address of a model's file; `HF_ENDPOINT` in the environment names a mirror.
 * @throws bad input where `HF_ENDPOINT` is not an address
 */
export function downloadAddress(
    { repository, revision, file }: CatalogueModel,
    environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
    const endpoint = (environment['HF_ENDPOINT'] || publicEndpoint).replace(/\/+$/, '');
    if (!/^https?:\/\/[^/]/.test(endpoint))
        throw badInput(
            `HF_ENDPOINT cannot be "${endpoint}"; nothing was downloaded. It must be an address such as ${publicEndpoint}.`,
        );
    return `${endpoint}/${repository}/resolve/${revision}/${file}`;
}

/** The memory of this computer, in bytes. */
export interface Machine {
    readonly memory: number;
    /** Of the GPU; null where none was found. */
    readonly gpuMemory: number | null;
}

export function thisMachine(): Machine {
    return { memory: totalmem(), gpuMemory: nvidiaMemory() };
}

/** Only NVIDIA's can be read without a library of its own. `teacher check` tells what llama.cpp really uses. */
function nvidiaMemory(): number | null {
    try {
        const output = execFileSync('nvidia-smi', ['--query-gpu=memory.total', '--format=csv,noheader,nounits'], {
            encoding: 'utf8',
            timeout: 5000,
            stdio: ['ignore', 'pipe', 'ignore'],
        });
        const mebibytes = output.trim().split('\n').map(Number).filter(Number.isFinite);
        return mebibytes.length > 0 ? Math.max(...mebibytes) * 2 ** 20 : null;
    } catch {
        return null; // the program is not here, so the driver is not either
    }
}

const sequences = 16; // stories rated side by side
const tokensEach = 512; // rubric and story
const workBytes = 300e6; // llama.cpp's own buffers
const restOfMachine = 0.75; // the share of memory for a teacher; the system and the student need the rest

/** Memory the model takes while it rates, bytes: an estimate. */
export function memoryNeeded({ bytes, contextBytesPerToken }: CatalogueModel): number {
    return bytes + sequences * tokensEach * contextBytesPerToken + workBytes;
}

export type Fit = 'graphics' | 'processor' | 'no';

export function fitsMachine(model: CatalogueModel, { memory, gpuMemory }: Machine): Fit {
    const needed = memoryNeeded(model);
    if (gpuMemory !== null && needed <= gpuMemory) return 'graphics';
    return needed <= memory * restOfMachine ? 'processor' : 'no';
}
