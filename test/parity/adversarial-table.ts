/** A table of 1,000 rows whose texts trip tables over: what Python's pandas makes of its CSV is recorded. */
import { RandomStream } from '../../src/main/learning/random.ts';
import type { Cell, Table } from '../../src/main/store/tables/tables.ts';
import { adversarialStrings } from '../exchange/adversarial-strings.ts';

const formulas = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', ' =1', '', 'NA', 'null', '"', "'", ',', '\r\n'];

export function adversarialTable(): Table {
    const random = new RandomStream('adversarial table');
    const strings = adversarialStrings(1000 - formulas.length).map((text) => text.replaceAll('\0', '')); // pandas ends a text there
    const texts = [...formulas, ...strings];
    const rows: readonly (readonly Cell[])[] = texts.map((text, i) => [
        ...[i + 1, text, random.uniform() - 0.5, i % 7 === 0 ? null : random.uniform() * 1e-9, i % 2 === 0],
        ...[random.integer(2 ** 31) * 2 ** 20],
    ]);
    return {
        columns: [
            { name: 'number', type: 'whole' },
            { name: 'story', type: 'text' },
            { name: 'reward', type: 'real' },
            { name: 'scores.coherence', type: 'real' },
            { name: 'finished', type: 'flag' },
            { name: 'tokensTrained', type: 'whole' },
        ],
        count: rows.length,
        rows: () => rows,
    };
}
