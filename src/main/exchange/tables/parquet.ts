/**
 * Apache Parquet: typed columns, Zstandard, row groups of whole updates. While it is written, counts and sums of every
 * column are kept; the file is then read back and must give the same.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import type { DecodedArray, SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import { badInput } from '../../../shared/faults.ts';
import type { Cell, Column, Table } from '../../store/tables/tables.ts';

const defaultRowsInGroup = 10_000; // a group is held in memory twice over

/** Node's own Zstandard is native; the writer's Snappy is JavaScript and took a quarter of the time of an export. */
const zstd = {
    compress: (bytes: Uint8Array): Uint8Array =>
        zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    decompress: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes),
};

/** Of one column: how many cells hold something, and their sum (of texts the sum of their lengths). */
interface Tally {
    cells: number;
    sum: number;
}

const kinds = {
    text: { basic: 'STRING', schema: { type: 'BYTE_ARRAY', converted_type: 'UTF8' } },
    whole: { basic: 'INT64', schema: { type: 'INT64' } },
    real: { basic: 'DOUBLE', schema: { type: 'DOUBLE' } },
    flag: { basic: 'BOOLEAN', schema: { type: 'BOOLEAN' } },
} as const;

/**
 * Writes the table; gives what reading it back has to find.
 * @param onGroup called after each row group with the rows so far; waits for it, and what it throws ends the writing
 */
export async function writeParquet(
    path: string,
    table: Table,
    {
        createdBy,
        onGroup,
        rowsInGroup = defaultRowsInGroup,
    }: {
        readonly createdBy: string;
        readonly onGroup: (rows: number) => Promise<void>;
        /** The least number of rows in a group, which always ends with an update. */
        readonly rowsInGroup?: number;
    },
): Promise<readonly Tally[]> {
    const { columns } = table;
    const schema: SchemaElement[] = [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, type }) => ({ name, ...kinds[type].schema, repetition_type: 'OPTIONAL' as const })),
    ];
    const out = fileWriter(path);
    const writer = new ParquetWriter({
        writer: out,
        schema,
        createdBy,
        codec: 'ZSTD',
        compressors: { ZSTD: zstd.compress },
    });
    const tallies = columns.map((): Tally => ({ cells: 0, sum: 0 }));
    const update = columns.findIndex(({ name }) => name === 'update');
    let group: (Cell | bigint)[][] = columns.map(() => []);
    let inGroup = 0;
    let rows = 0;
    let lastUpdate: Cell = null;
    const flush = async (): Promise<void> => {
        const columnData = columns.map(({ name, type }, i): ColumnSource => {
            return {
                name,
                data: group[i] as DecodedArray,
                type: kinds[type].basic,
                statistics: type !== 'text', // range queries over story texts make no sense
                // values hardly ever repeat, so a dictionary would not pay
                ...(type === 'real' ? { encoding: 'PLAIN' } : {}),
            };
        });
        await writer.write({ columnData, rowGroupSize: inGroup });
        group = columns.map(() => []);
        inGroup = 0;
        await onGroup(rows);
    };
    for (const row of table.rows()) {
        const isNewUpdate = update < 0 || row[update] !== lastUpdate;
        if (inGroup >= rowsInGroup && isNewUpdate) await flush();
        if (update >= 0) lastUpdate = row[update]!;
        for (let i = 0; i < row.length; i++) {
            const cell = row[i]!;
            count(tallies[i]!, cell);
            group[i]!.push(columns[i]!.type === 'whole' && cell !== null ? BigInt(cell as number) : cell);
        }
        inGroup++;
        rows++;
    }
    if (inGroup > 0) await flush();
    await writer.finish();
    return tallies;
}

/**
 * Reads the whole file back, group by group. Gives its rows; whatever differs from the tallies is damage.
 * @throws bad input where a column differs; the file is removed then
 */
export async function checkParquet(
    path: string,
    columns: readonly Column[],
    written: readonly Tally[],
    onGroup: () => Promise<void>,
): Promise<number> {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const found = columns.map((): Tally => ({ cells: 0, sum: 0 }));
    const place = new Map(columns.map(({ name }, i) => [name, i]));
    let from = 0;
    for (const { num_rows } of metadata.row_groups) {
        const rowEnd = from + Number(num_rows);
        await parquetRead({
            file,
            metadata,
            compressors: { ZSTD: zstd.decompress },
            rowStart: from,
            rowEnd,
            onChunk: ({ columnName, columnData }) => {
                const tally = found[place.get(columnName)!]!;
                for (const cell of columnData as Iterable<Cell | bigint>) count(tally, cell);
            },
        });
        from = rowEnd;
        await onGroup();
    }
    for (const [i, { cells, sum }] of written.entries())
        if (found[i]!.cells !== cells || found[i]!.sum !== sum)
            throw badInput(
                `${path} came out damaged in the column "${columns[i]!.name}" and was removed; the run is untouched. Export it again.`,
            );
    return Number(metadata.num_rows);
}

function count(tally: Tally, cell: Cell | bigint | undefined): void {
    if (cell === null || cell === undefined) return;
    tally.cells++;
    tally.sum += typeof cell === 'string' ? cell.length : Number(cell);
}
