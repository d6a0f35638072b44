/**
 * A rater to be killed, or one of two at the same set: answers every open item of the set given as argument, some of
 * them again, and says each position once the answer is recorded.
 */
import { openDesk } from '../../../src/main/service/sets/rating-desk.ts';

const desk = openDesk(process.argv[2]!, 'ada', () => ({ run: null, teachers: [] }), Date.now);
const { items, criteria } = desk.view();
for (let round = 1; ; round++) {
    for (let position = 1; position <= items.length; position++) {
        const { answered } = desk.item(position);
        if (answered >= round) continue;
        const scores = Object.fromEntries(criteria.map(({ id }) => [id, position % 4]));
        const said = desk.answer({
            position,
            number: answered + 1,
            kind: 'scored',
            scores,
            dwellMs: 1,
            flagged: false,
            note: '',
        });
        process.stdout.write(`${said} ${position}\n`);
        await new Promise(setImmediate);
    }
    if (process.argv[3] === 'once') break;
}
desk.close();
