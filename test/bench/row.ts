/** What a bench says: one number a row, and whether it is what it should be. */

export interface Row {
    readonly name: string;
    /** Null: there was nothing to measure; the note says why. */
    readonly value: number | null;
    readonly unit: string;
    readonly target?: Target;
    /** What must stand beside the number so that it is not misread. */
    readonly note?: string;
}

export interface Target {
    readonly bound: '>' | '≥' | '<' | '≤';
    readonly value: number;
}

export const above = (value: number): Target => ({ bound: '>', value });
export const atLeast = (value: number): Target => ({ bound: '≥', value });
export const below = (value: number): Target => ({ bound: '<', value });
export const atMost = (value: number): Target => ({ bound: '≤', value });

/** Null where there is no target. What should have been measured and was not does not meet its target. */
export function meetsTarget({ value, target }: Row): boolean | null {
    if (!target) return null;
    if (value === null) return false;
    switch (target.bound) {
        case '>':
            return value > target.value;
        case '≥':
            return value >= target.value;
        case '<':
            return value < target.value;
        case '≤':
            return value <= target.value;
        default:
            return target.bound satisfies never;
    }
}

export function jsonLine(row: Row): string {
    const { name, value, unit, target, note } = row;
    return JSON.stringify({
        type: 'bench',
        version: 1,
        name,
        value,
        unit,
        target: target?.value ?? null,
        bound: target?.bound ?? null,
        meets: meetsTarget(row),
        note: note ?? null,
    });
}

/** Rows under each other, columns aligned. */
export function table(rows: readonly Row[]): string {
    const header = ['', 'value', 'unit', 'target', 'meets', ''];
    const cells = rows.map((row) => {
        const meets = meetsTarget(row);
        return [
            row.name,
            row.value === null ? '–' : readable(row.value),
            row.unit,
            row.target ? `${row.target.bound} ${readable(row.target.value)}` : '',
            meets === null ? '' : meets ? 'yes' : 'NO',
            row.note ?? '',
        ];
    });
    const widths = header.map((_, column) => Math.max(...[header, ...cells].map((line) => line[column]!.length)));
    const isNumber = (column: number): boolean => column === 1 || column === 3;
    const lines = [header, ...cells].map((line) =>
        line
            .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
            .join('  ')
            .trimEnd(),
    );
    return lines.join('\n');
}

/** Three digits that count, or whole thousands. */
export function readable(value: number): string {
    if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
    return String(Number(value.toPrecision(3)));
}
