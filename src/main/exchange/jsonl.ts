/**
 * One JSON object a line, names that share a beginning nested: `scores.coherence` → `{"scores":{"coherence":…}}`. A
 * story is called `completion` here, as everything that trains on prompt and completion expects.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Cell, Table } from '../store/tables.ts';

/** A place in the object: the name before a value, and the index of the cell, or the brackets around a group. */
type Piece = { readonly before: string; readonly cell: number } | { readonly before: string; readonly cell: null };

export function* jsonLines(table: Table): Iterable<string> {
    const pieces = objectPieces(table.columns.map(({ name }) => name));
    for (const row of table.rows()) yield jsonLine(pieces, row);
}

function jsonLine(pieces: readonly Piece[], row: readonly Cell[]): string {
    let line = '';
    for (const { before, cell } of pieces) line += cell === null ? before : before + JSON.stringify(row[cell]);
    return `${line}}\n`.replace(otherLineEnds, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** JSON allows them in a text, but Python's `splitlines` and Node's readline end a line there. */
const otherLineEnds = /[\u0085\u2028\u2029]/g;

function objectPieces(names: readonly string[]): readonly Piece[] {
    const groups = new Map<string, { readonly name: string; readonly cell: number }[]>();
    names.forEach((name, cell) => {
        const dot = name.indexOf('.');
        const group = dot < 0 ? name : name.slice(0, dot);
        groups.set(group, [...(groups.get(group) ?? []), { name: dot < 0 ? '' : name.slice(dot + 1), cell }]);
    });
    const pieces: Piece[] = [];
    let separator = '{';
    for (const [group, members] of groups) {
        const key = `${separator}${JSON.stringify(group === 'story' ? 'completion' : group)}:`;
        separator = ',';
        if (members.length === 1 && members[0]!.name === '') {
            pieces.push({ before: key, cell: members[0]!.cell });
            continue;
        }
        members.forEach(({ name, cell }, i) =>
            pieces.push({ before: `${i === 0 ? `${key}{` : ','}${JSON.stringify(name)}:`, cell }),
        );
        pieces.push({ before: '}', cell: null });
    }
    return pieces;
}

/** Reads the file back, every line as JSON, and counts them. */
export async function countJsonLines(path: string): Promise<number> {
    let lines = 0;
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
        JSON.parse(line);
        lines++;
    }
    return lines;
}
