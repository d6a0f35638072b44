/**
 * What is recorded of an update is spelled once: the schema of the database and the documentation agree with the table.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRunDatabase } from '../../../src/main/store/connection/open.ts';
import { readAll } from '../../../src/main/store/connection/statements.ts';
import { metricTable } from '../../../src/main/store/tables/tables.ts';
import { recordUpdate, updatesAfter } from '../../../src/main/store/run/updates.ts';
import { updateSchema } from '../../../src/shared/run/record.ts';
import { updateFieldList, type UpdateField } from '../../../src/shared/run/update-fields.ts';
import { aLease, aRunFolder } from '../a-run.ts';
import { anUpdate, episodesOf, ratingsOf } from '../records.ts';

const sqlTypes: Readonly<Record<UpdateField['kind'], string>> = {
    ordinal: 'INTEGER',
    count: 'INTEGER',
    time: 'INTEGER',
    text: 'TEXT',
    real: 'REAL',
};

describe('the fields of an update', () => {
    it('are the columns of the database, in their order, with their types', () => {
        const db = openRunDatabase(aRunFolder().database, { readonly: true });
        const columns = readAll<{ name: string; type: string; notnull: number }>(
            db,
            'PRAGMA table_info(update_metrics)',
        ).filter(({ name }) => !['id', 'attempt', 'extras'].includes(name));
        db.close();
        expect(columns.map(({ name, type, notnull }) => [name, type, notnull === 0])).toEqual(
            updateFieldList.map(({ column, kind, nullable = false }) => [column, sqlTypes[kind], nullable]),
        );
    });

    it('pass the process boundary as they are meant', () => {
        const update = anUpdate(1);
        for (const { name, kind, nullable = false } of updateFieldList) {
            const passes = (value: unknown): boolean => updateSchema.safeParse({ ...update, [name]: value }).success;
            expect([name, passes(undefined), passes(null)]).toEqual([name, false, nullable]);
            expect([name, passes(Number.NaN), passes(Infinity)]).toEqual([name, false, false]);
            expect([name, passes('w'), passes('')]).toEqual([name, kind === 'text', false]);
            expect([name, passes(0.5), passes(-1)]).toEqual([name, kind === 'real', kind === 'real']);
            expect([name, passes(0)]).toEqual([name, kind !== 'text' && kind !== 'ordinal']);
        }
    });

    it('are written, read and exported each under its own name', () => {
        const lease = aLease();
        const written = episodesOf(1);
        const ownNumbers = updateFieldList.map(({ name, kind }, i) => [name, kind === 'real' ? i + 0.5 : 100 + i]);
        const update = {
            ...anUpdate(1),
            ...(Object.fromEntries(ownNumbers) as Record<string, number>),
            number: 1,
            episodes: 4,
            digest: 'w',
        };
        recordUpdate(lease, update, written, ratingsOf(written));
        expect(updatesAfter(lease.db, 0)).toEqual([{ ...update, id: 1, attempt: 1, extras: {} }]);
        const { columns, rows } = metricTable(lease.db);
        const [row] = [...rows()];
        expect(Object.fromEntries(columns.map(({ name }, i) => [name, row![i]]))).toEqual({ ...update, attempt: 1 });
        expect(columns.map(({ name }) => name)).toEqual(['attempt', ...updateFieldList.map(({ name }) => name)]);
    });

    it('are documented', () => {
        const page = fs.readFileSync(path.join(import.meta.dirname, '../../../docs/database.md'), 'utf8');
        const lines = updateFieldList.map(({ name, column, unit, nullable, means }) =>
            `| \`${column}\` | \`${name}\` | ${unit}${nullable ? ' or null' : ''} | ${means} |`.replaceAll(
                '|  |',
                '| |',
            ),
        );
        const documented = page.split('\n').filter((line) => /^\| `\w+` \| `\w+` \|/.test(line));
        expect(documented).toEqual(lines);
    });
});
