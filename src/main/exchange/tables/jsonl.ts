/**
 * One JSON object a line, names that share a beginning nested: `scores.coherence` → `{"scores":{"coherence":…}}`.
 * Beside its prompt a story is called `completion`, as everything that trains on the two expects.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Cell, Table } from '../../store/tables/tables.ts';

/** A place in the object: the name before a value, and the index of the cell, or the brackets around a group. */
type LinePiece = { readonly before: string; readonly cell: number } | { readonly before: string; readonly cell: null };

export function* jsonLines(table: Table): Iterable<string> {
    const pieces = objectPieces(table.columns.map(({ name }) => name));
    for (const row of table.rows()) yield jsonLine(pieces, row);
}

function jsonLine(pieces: readonly LinePiece[], row: readonly Cell[]): string {
    let line = '';
    for (const { before, cell } of pieces) line += cell === null ? before : before + jsonValue(row[cell]!);
    return `${line}}\n`;
}

function jsonValue(cell: Cell): string {
    if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : 'null';
    if (typeof cell !== 'string') return String(cell);
    const text = JSON.stringify(cell);
    return otherLineEnds.test(text)
        ? text.replace(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)
        : text;
}

/** JSON allows them in a text, but Python's `splitlines` and Node's readline end a line there. */
const otherLineEnds = /[\u0085\u2028\u2029]/;

function objectPieces(names: readonly string[]): readonly LinePiece[] {
    const groups = new Map<string, { readonly name: string; readonly cell: number }[]>();
    names.forEach((name, cell) => {
        const dot = name.indexOf('.');
        const group = dot < 0 ? name : name.slice(0, dot);
        groups.set(group, [...(groups.get(group) ?? []), { name: dot < 0 ? '' : name.slice(dot + 1), cell }]);
    });
    const pieces: LinePiece[] = [];
    const nameOf = (group: string): string => (group === 'story' && groups.has('prompt') ? 'completion' : group);
    let separator = '{';
    for (const [group, members] of groups) {
        const key = `${separator}${JSON.stringify(nameOf(group))}:`;
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

/** Counts lines in pieces of a file as they come, and parses every one; invalid JSON is an error. */
export class JsonLineCount {
    #lines = 0;
    #begun = '';
    readonly #decoder = new StringDecoder('utf8');

    take(bytes: Buffer): void {
        const text = this.#begun + this.#decoder.write(bytes);
        const end = text.lastIndexOf('\n');
        this.#begun = text.slice(end + 1);
        if (end < 0) return;
        // a whole piece at once: one call per line takes twice as long
        const values = JSON.parse(`[${text.slice(0, end).replaceAll('\n', ',')}]`) as readonly unknown[];
        this.#lines += values.length;
    }

    /** Null where the last line is incomplete. */
    rows(): number | null {
        return this.#begun === '' ? this.#lines : null;
    }
}
