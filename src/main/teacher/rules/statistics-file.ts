/**
 * Reads and writes `english.rules`, the statistics and norms of the rules: `SLRULES\0`, version (u32), SHA-256 of the
 * rest (32 bytes), length of a JSON header (u32), the header, and the tables one after another, compressed with Brotli.
 * Integers are little-endian.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { badInput } from '../../../shared/faults.ts';
import { LanguageStatistics, type LanguageTables } from './language-statistics.ts';
import type { Norms } from './norms.ts';
import { SeenFilter } from './seen-filter.ts';

export const rulesFileVersion = 1;
const magic = Buffer.from('SLRULES\0', 'latin1');
const digestAt = magic.length + 4;
const bodyAt = digestAt + 32;

interface Header {
    readonly classCount: number;
    readonly dimensions: number;
    /** Lengths of the tables in bytes, in the order they are stored. */
    readonly lengths: readonly number[];
    readonly norms: Norms;
    readonly madeFrom: { readonly words: number; readonly documents: number };
}

export interface RulesFile {
    readonly statistics: LanguageStatistics;
    readonly norms: Norms;
}

export function encodeRulesFile(tables: LanguageTables, norms: Norms, madeFrom: Header['madeFrom']): Buffer {
    const { vocabulary } = tables;
    const parts = [
        Buffer.from(vocabulary.words.join('\n'), 'utf8'),
        vocabulary.rarity,
        vocabulary.kinds,
        vocabulary.classes,
        tables.classTrigrams,
        tables.pairs.bytes,
        tables.steps.bytes,
        tables.sixGrams.bytes,
        Buffer.from(tables.vectorWords.buffer, tables.vectorWords.byteOffset, tables.vectorWords.byteLength),
        Buffer.from(tables.vectors.buffer, tables.vectors.byteOffset, tables.vectors.byteLength),
    ];
    const header: Header = {
        classCount: tables.classCount,
        dimensions: tables.dimensions,
        lengths: parts.map(({ length }) => length),
        norms,
        madeFrom,
    };
    const headerBytes = Buffer.from(JSON.stringify(header), 'utf8');
    const payload = brotliCompressSync(Buffer.concat(parts), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
    const body = Buffer.concat([unsigned(headerBytes.length), headerBytes, payload]);
    return Buffer.concat([magic, unsigned(rulesFileVersion), createHash('sha256').update(body).digest(), body]);
}

function unsigned(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
}

/** @throws bad input where the file is missing, of another kind or version, or not as it was written */
export function readRulesFile(path: string): RulesFile {
    let bytes: Buffer;
    try {
        bytes = readFileSync(path);
    } catch (cause) {
        throw badInput(
            `The rules teacher cannot read its statistics (${path}: ${cause instanceof Error ? cause.message : String(cause)}). Restore the file, or install Storyloop again.`,
            'Or make it: npm run make:rules -- <corpus folder>',
        );
    }
    if (bytes.length < bodyAt + 4 || !bytes.subarray(0, magic.length).equals(magic))
        throw badInput(`${path} is not a file of the rules teacher; nothing was changed. Restore it from the release.`);
    const version = bytes.readUInt32LE(magic.length);
    if (version !== rulesFileVersion)
        throw badInput(
            `${path} is of version ${version} and this Storyloop knows ${rulesFileVersion}; nothing was changed. Open it with the Storyloop it came with.`,
        );
    const body = bytes.subarray(bodyAt);
    if (!createHash('sha256').update(body).digest().equals(bytes.subarray(digestAt, bodyAt)))
        throw badInput(
            `${path} is damaged: its digest does not match; nothing was changed. Restore it from the release.`,
        );
    const headerLength = body.readUInt32LE(0);
    const header = JSON.parse(body.toString('utf8', 4, 4 + headerLength)) as Header; // not damaged: the digest matches
    return {
        statistics: new LanguageStatistics(decodeTables(header, brotliDecompressSync(body.subarray(4 + headerLength)))),
        norms: header.norms,
    };
}

function decodeTables({ classCount, dimensions, lengths }: Header, payload: Buffer): LanguageTables {
    let at = 0;
    const parts = lengths.map((length) => Uint8Array.from(payload.subarray(at, (at += length))));
    const [words, rarity, kinds, classes, classTrigrams, pairs, steps, sixGrams, vectorWords, vectors] = parts;
    return {
        vocabulary: {
            words: Buffer.from(words!).toString('utf8').split('\n'),
            rarity: rarity!,
            kinds: kinds!,
            classes: classes!,
        },
        classCount,
        classTrigrams: classTrigrams!,
        pairs: new SeenFilter(pairs!),
        steps: new SeenFilter(steps!),
        sixGrams: new SeenFilter(sixGrams!),
        vectorWords: new Uint16Array(vectorWords!.buffer),
        vectors: new Int8Array(vectors!.buffer),
        dimensions,
    };
}
