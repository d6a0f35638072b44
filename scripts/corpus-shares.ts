/**
 * Who may read which document: the reader of one judge, that of the other, or nobody, so that weights can be fitted on
 * text which neither has read. A document's share is found from its text, so a corpus that grows moves nothing.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Share = 'a' | 'b' | 'fitting';

/** 46 % for each reader, the rest for fitting. */
export function shareOf(document: string): Share {
    const [place] = createHash('sha256').update(document.trim()).digest();
    return place! < 118 ? 'a' : place! < 236 ? 'b' : 'fitting';
}

/** The documents of every file of the folder and of its `train` and `simple`, by the endings of their names. */
export function corpusDocuments(folder: string, endings: RegExp): { file: string; text: string }[] {
    return ['.', 'train', 'dev', 'test', 'simple']
        .flatMap((inner) => filesIn(join(folder, inner)))
        .filter((path) => endings.test(path))
        .flatMap((file) =>
            readFileSync(file, 'utf8')
                .split(/\n\s*\n/u)
                .filter((text) => text.trim() !== '')
                .map((text) => ({ file, text })),
        );
}

function filesIn(folder: string): string[] {
    try {
        return readdirSync(folder, { withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ name }) => join(folder, name))
            .toSorted();
    } catch {
        return [];
    }
}
