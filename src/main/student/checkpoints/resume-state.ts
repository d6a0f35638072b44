/**
 * Everything a run needs to continue exactly where it stopped, in ONE file: weights and optimiser moments as tensors,
 * and the run's progress (KL coefficient, budget, cursor, keys of random streams …) as JSON in its metadata. A new
 * state replaces the old one only once it is complete.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { StoredTensor, StoredTensors } from './safetensors.ts';
import { jsonOf } from '../../../shared/text/json.ts';

const version = 1;
const groups = ['weights', 'moments'] as const;
type Group = (typeof groups)[number];

export interface ResumeState<Progress> {
    /** By parameter name. */
    readonly weights: StoredTensors;
    /** The optimiser's moments, by its own names. */
    readonly moments: StoredTensors;
    /** Optimiser steps taken. */
    readonly step: number;
    /** What the loop keeps besides tensors; JSON restores it to the bit (numbers are printed exactly). */
    readonly progress: Progress;
}

const metadataSchema = z.object({ storyloop: z.literal('resume-state'), version: z.string(), state: z.string() });
const stateSchema = z.object({ step: z.number().int().nonnegative(), progress: z.unknown() });

/** Writes the state completely or not at all and returns the SHA-256 of the file. */
export function writeResumeState<Progress>(path: string, state: ResumeState<Progress>): string {
    const tensors = new Map<string, StoredTensor>();
    for (const group of groups) {
        for (const [name, tensor] of state[group]) tensors.set(`${group}/${name}`, tensor);
    }
    const described = JSON.stringify({ step: state.step, progress: state.progress });
    const metadata = { storyloop: 'resume-state', version: String(version), state: described };
    return writeSafetensors(path, tensors, { type: 'F32', metadata: { ...metadata, seal: seal(described, tensors) } });
}

/** Reads a state whose progress fits the schema. @throws bad input where it is missing, damaged, changed or newer */
export function readResumeState<Progress>(path: string, schema: z.ZodType<Progress>): ResumeState<Progress> {
    const { tensors, metadata, described } = readParts(path);
    if (metadata.get('seal') !== seal(described, tensors)) throw damaged(path);
    const { step, progress } = parseState(path, described, schema);
    const group = (name: Group): StoredTensors =>
        new Map(
            [...tensors].flatMap(([key, tensor]) =>
                key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), tensor] as const] : [],
            ),
        );
    return {
        weights: group('weights'),
        moments: group('moments'),
        step,
        progress,
    };
}

/**
 * Reads the progress alone, for what must be known before a student is loaded; the seal is checked with the tensors.
 * @throws bad input where it is missing, damaged or newer
 */
export function readResumeProgress<Progress>(path: string, schema: z.ZodType<Progress>): Progress {
    return parseState(path, readParts(path, () => false).described, schema).progress;
}

function readParts(
    path: string,
    isWanted?: (name: string) => boolean,
): { tensors: StoredTensors; metadata: ReadonlyMap<string, string>; described: string } {
    if (!existsSync(path)) throw badInput(`There is no resume state at ${path}; the run cannot go on from there.`);
    const { tensors, metadata } = readSafetensors(path, isWanted);
    const parsed = metadataSchema.safeParse(Object.fromEntries(metadata));
    if (!parsed.success) throw badInput(`${path} is not the resume state of a run; nothing was loaded.`);
    if (Number(parsed.data.version) > version) {
        throw badInput(
            `${path} was written by a newer Storyloop; nothing was loaded. Update Storyloop, then continue.`,
        );
    }
    return { tensors, metadata, described: parsed.data.state };
}

function parseState<Progress>(
    path: string,
    described: string,
    schema: z.ZodType<Progress>,
): { step: number; progress: Progress } {
    const state = stateSchema.safeParse(jsonOf(described));
    const progress = schema.safeParse(state.data?.progress);
    if (!state.success || !progress.success) throw damaged(path);
    return { step: state.data.step, progress: progress.data };
}

function damaged(path: string): Error {
    return badInput(
        `The resume state ${path} is not the one that was saved; nothing was loaded. Start again from the run's last checkpoint.`,
    );
}

/** SHA-256 of the progress and of all numbers, in the order of the tensors' names. */
function seal(described: string, tensors: StoredTensors): string {
    const digest = createHash('sha256').update(described);
    for (const name of [...tensors.keys()].toSorted()) {
        const { dims, values } = tensors.get(name)!;
        digest.update(`${name} [${dims.join()}]`);
        digest.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return digest.digest('hex');
}
