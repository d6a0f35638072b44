/** Limits for values in databases from elsewhere, shared by runs and rating sets. */

/** What it is, in words, and a query that finds such a row. */
export type ImpossibleRow = readonly [what: string, sql: string];

const latestMoment = 8.64e15; // UTC milliseconds that a Date can hold
export const longestName = 200; // characters, as of what a page sends

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export function isUlid(id: string): boolean {
    return ulid.test(id);
}

export function impossibleTime(table: string, column: string): ImpossibleRow {
    return ['a time', `SELECT 1 FROM ${table} WHERE ${column} NOT BETWEEN 0 AND ${latestMoment}`];
}
