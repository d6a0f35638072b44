/**
 * Checks every row of a file from elsewhere against the rules of its table. SQLite enforces most of them on writing,
 * but another program may have changed the file, and SQLite's integrity check looks at pages, not at these rules.
 */
import { readColumn, type RunDatabase } from './statements.ts';

const largestCell = 4 * 2 ** 20; // bytes of one text or array; the longest story of ours is a thousandth of it
const largestNumber = Number.MAX_SAFE_INTEGER; // 2^53 − 1: beyond it JavaScript reads another number

/** The table of the first row that breaks a rule, and which rule; null where all is in order. */
export function brokenRule(db: RunDatabase): string | null {
    for (const { name, sql } of tablesOf(db))
        for (const [what, isBroken] of rulesOf(db, name, sql))
            if (readColumn(db, `SELECT 1 FROM "${name}" AS row WHERE ${isBroken} LIMIT 1`).length > 0)
                return `${what} in its table "${name}"`;
    return null;
}

/** Ordinary tables; a virtual one and those that it keeps are checked by its own module. */
function tablesOf(db: RunDatabase): readonly { readonly name: string; readonly sql: string }[] {
    const all = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL").all() as {
        name: string;
        sql: string;
    }[];
    const virtual = all.filter(({ sql }) => /^\s*CREATE\s+VIRTUAL/i.test(sql)).map(({ name }) => name);
    return all.filter(({ name }) => !virtual.some((each) => name === each || name.startsWith(`${each}_`)));
}

/** What is broken, with the condition that finds it. */
function rulesOf(db: RunDatabase, table: string, sql: string): readonly (readonly [string, string])[] {
    const columns = db.pragma(`table_info("${table}")`) as { name: string; type: string }[];
    const references = db.pragma(`foreign_key_list("${table}")`) as { from: string; table: string; to: string }[];
    const has = (name: string): boolean => columns.some((column) => column.name === name);
    const anyOf = (conditions: readonly string[]): string => conditions.join(' OR ') || '0';
    return [
        ['a value that cannot be', anyOf(checksIn(sql).map((check) => `NOT (${check})`))],
        ['a number out of all bounds', anyOf(columns.flatMap(outOfBounds))],
        ...(has('words') && has('story')
            ? ([['a count of more words than the text has', 'words > octet_length(story)']] as const)
            : []),
        ...references.map(
            ({ from, table: parent, to }) =>
                [
                    `a row that refers to a missing ${parent}`,
                    `row."${from}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "${parent}" AS parent WHERE parent."${to}" = row."${from}")`,
                ] as const,
        ),
    ];
}

function outOfBounds({ name, type }: { readonly name: string; readonly type: string }): readonly string[] {
    switch (type) {
        case 'INTEGER':
            return [`"${name}" NOT BETWEEN 0 AND ${largestNumber}`]; // counts, times, flags and seeds: none is negative
        case 'REAL':
            return [`abs("${name}") = 9e999`];
        case 'TEXT':
        case 'BLOB':
            return [`octet_length("${name}") > ${largestCell}`];
        default:
            return []; // computed columns, which have no type
    }
}

/** The conditions of a table's definition, each between the parentheses that belong together. */
function checksIn(sql: string): readonly string[] {
    const plain = sql.replace(/--.*$/gm, '');
    return [...plain.matchAll(/\bCHECK\s*\(/g)].map(({ 0: opening, index }) => {
        const start = index + opening.length;
        let depth = 1;
        let end = start;
        while (depth > 0 && end < plain.length) {
            if (plain[end] === '(') depth++;
            if (plain[end] === ')') depth--;
            end++;
        }
        return plain.slice(start, end - 1);
    });
}
