/** The teachers one can download, as data (`resources/models.json`), and whether one will fit this machine. */
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
    /** On Hugging Face; the revision is a commit, so that size and hash stay true. */
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string().min(1),
    file: z.string().regex(/^[\w.-]+\.gguf$/),
    bytes: z.number().int().positive(),
    /** Null where nobody vouches for it: then only the size is checked. */
    sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    licence: z.string().min(1),
    /** Tokens it was trained to read at once. */
    context: z.number().int().positive(),
    /** Keys and values of one token in all layers, at 16 bits. */
    contextBytesPerToken: z.number().int().positive(),
});
export type CatalogueModel = Readonly<z.infer<typeof modelSchema>>;

const catalogueSchema = z.object({ version: z.literal(1), models: z.array(modelSchema) });

export function readCatalogue(file = join(resourcesFolder(), 'models.json')): readonly CatalogueModel[] {
    return catalogueSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).models;
}

/** What is known of the model's bytes; null where nobody vouches for them. */
export function digestOf({ sha256 }: CatalogueModel): Digest | null {
    return sha256 === null ? null : { algorithm: 'sha256', hex: sha256 };
}

/** A person's or a lab's own list, in the form of the one that ships. */
export const ownCatalogue = join('models', 'catalogue.json');

/** The models that ship in the catalogue, and before them those of the data folder's own. */
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

/** Where a model's file lies; `HF_ENDPOINT` names a mirror. */
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

/** What a model meets here, in bytes. */
export interface Machine {
    readonly memory: number;
    /** Of the graphics processor, or null where none was seen. */
    readonly graphicsMemory: number | null;
}

export function thisMachine(): Machine {
    return { memory: totalmem(), graphicsMemory: nvidiaMemory() };
}

/** NVIDIA alone tells without a library of its own; what llama.cpp really uses, `teacher check` says. */
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
        return null; // no such program: no such card
    }
}

const sequences = 16; // stories rated side by side
const tokensEach = 512; // rubric and story
const workBytes = 300e6; // llama.cpp's own buffers
const restOfMachine = 0.75; // of memory: the system, the student and its optimiser want theirs

/** Memory the model takes while it rates, bytes: an estimate. */
export function memoryNeeded({ bytes, contextBytesPerToken }: CatalogueModel): number {
    return bytes + sequences * tokensEach * contextBytesPerToken + workBytes;
}

export type Fit = 'graphics' | 'processor' | 'no';

export function fitsMachine(model: CatalogueModel, { memory, graphicsMemory }: Machine): Fit {
    const needed = memoryNeeded(model);
    if (graphicsMemory !== null && needed <= graphicsMemory) return 'graphics';
    return needed <= memory * restOfMachine ? 'processor' : 'no';
}
