/** Checks a rating set from elsewhere for everything that the rating desk relies on. */
import { badInput } from '../../../shared/faults.ts';
import { nameKey } from '../../../shared/text/names.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import { nameOf } from '../connection/frozen.ts';
import { impossibleTime, isUlid, longestName, type ImpossibleRow } from '../connection/foreign-rows.ts';
import { readColumn, type RunDatabase } from '../connection/statements.ts';
import { readSetHead, setItems, setRaters } from './rating-set.ts';

const shownOfName = 60; // characters

const impossibleRows: readonly ImpossibleRow[] = [
    ...[
        ['rating_set', 'created_at'],
        ['rating', 'at'],
        ['unblinding', 'at'],
    ].map(([table, column]) => impossibleTime(table!, column!)),
    [
        'the order of its stories',
        'SELECT 1 FROM (SELECT max(position) AS last, count(*) AS items FROM item) WHERE last <> items',
    ],
    ['the order of its ratings', 'SELECT 1 FROM rating GROUP BY position, rater HAVING max(number) <> count(*)'],
];

/** @throws bad input where something in it could not be shown or rated */
export function checkForeignSet(db: RunDatabase): void {
    const refuse = (what: string): Error =>
        badInput(
            `${nameOf(db)} is not a rating set that can be rated (${what}); nothing was changed. Ask for another copy.`,
        );
    const { id, name } = readSetHead(db);
    if (!isUlid(id)) throw refuse(`it names itself ${JSON.stringify(id)}`);
    const names = [name, ...setRaters(db).map((rater) => rater.name)];
    const odd = names.find(
        (each) => nameKey(each) === '' || oneLine(each) !== each.normalize('NFC').trim() || each.length > longestName,
    );
    if (odd !== undefined) throw refuse(`a name in it is ${JSON.stringify(odd.slice(0, shownOfName))}`);
    if (setItems(db).length === 0) throw refuse('it is empty');
    for (const [what, sql] of impossibleRows)
        if (readColumn(db, `${sql} LIMIT 1`).length > 0) throw refuse(`${what} cannot be read`);
}
