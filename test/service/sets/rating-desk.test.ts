/** What a rater is told, and what becomes of the answers. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBackend } from '../../../src/main/service/backend/backend.ts';
import { openRunDatabase } from '../../../src/main/store/connection/open.ts';
import { readSummary } from '../../../src/main/store/run/run.ts';
import { appContractVersion } from '../../../src/shared/contracts/app.ts';
import { prompt, start } from '../../store/records.ts';
import { criteria, homeWithRun, rateAll, teacherScore } from './a-rated-home.ts';

/** The rubric is what a person rates by: it may speak of teachers, and says nothing of this set's stories. */
const withoutRubric = (said: unknown): string =>
    JSON.stringify(said, (key, value: unknown) => (key === 'rubric' ? undefined : value));

describe('the rating desk', () => {
    it('tells a page nothing more than that, in no message, until the page’s rater has rated', async () => {
        const { sets } = homeWithRun();
        const { id } = sets.make({ runs: ['night owl'], name: 'trial', stories: 20, seed: 1 });
        const backend = openBackend();
        onTestFinished(() => backend.close());
        const heard: unknown[] = [];
        const connection = backend.connect((message) => heard.push(message));
        let last = 0;
        const ask = (method: string, params: object): Promise<void> =>
            connection.receive({
                version: appContractVersion,
                id: ++last,
                method,
                params: { set: id, rater: 'ada', ...params },
            });
        await ask('desk.view', {});
        for (let position = 1; position <= 22; position++) await ask('desk.item', { position });
        await ask('desk.reveal', { position: 4 });
        const text = withoutRubric(heard);
        expect(text).toContain('Rate the story first');
        for (let number = 1; number <= 240; number++)
            for (const each of criteria) expect(text).not.toContain(String(teacherScore(number, each)));
        expect(text.replaceAll('what a teacher said', '')).not.toMatch(
            /night owl|rules-1|teacher|reward|stage|isRepeat|attempt/,
        );
        const scores = { readability: 1, coherence: 2, creativity: 3 };
        await ask('desk.answer', {
            position: 4,
            number: 1,
            kind: 'scored',
            scores,
            dwellMs: 9,
            flagged: false,
            note: '',
        });
        expect(heard.at(-1)).toMatchObject({ result: 'recorded' });
        await ask('desk.reveal', { position: 4 });
        expect(heard.at(-1)).toMatchObject({ result: { run: 'night owl', teachers: [{ teacher: 'rules-1' }] } });
    });

    it('says nothing of teacher, run, reward, stage or repeats before a story is rated', () => {
        const { sets, database } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 40, seed: 1 });
        const desk = sets.desk(file, 'ada');
        const said = [desk.view(), ...Array.from({ length: 44 }, (_, i) => desk.item(i + 1))];
        const text = withoutRubric(said);
        const db = openRunDatabase(database, { readonly: true });
        expect(text).not.toContain(readSummary(db, start).id);
        db.close();
        expect(text).not.toMatch(/night owl|rules-1|teacher|reward|stage|repeat|episode|attempt|seed|total/i);
        for (let number = 1; number <= 240; number++)
            for (const each of criteria) expect(text).not.toContain(String(teacherScore(number, each)));
        expect(Object.keys(desk.item(1)).sort()).toEqual([
            'answered',
            'finished',
            'isUnblinded',
            'mine',
            'of',
            'position',
            'prompt',
            'story',
        ]);
        expect(desk.item(1)).toMatchObject({ of: 44, prompt, answered: 0, mine: { kind: 'open', scores: {} } });
        desk.close();
    });

    it('reveals what the teacher said to somebody who has rated the story, and keeps apart what is rated after', async () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 40, seed: 1 });
        rateAll(sets, file, 'ben', (given) => given);
        const desk = sets.desk(file, 'ada');
        expect(() => desk.reveal(3)).toThrow(/Rate the story first/);
        const answer = {
            position: 3,
            scores: { readability: 1, coherence: 1, creativity: 1 },
            dwellMs: 5,
            flagged: true,
            note: 'odd',
        };
        desk.answer({ ...answer, number: 1, kind: 'skipped', scores: {} });
        expect(() => desk.reveal(3)).toThrow(/Rate the story first/);
        desk.answer({ ...answer, number: 2, kind: 'scored' });
        const { run, teachers } = desk.reveal(3);
        expect(run).toBe('night owl');
        expect(teachers).toMatchObject([{ teacher: 'rules-1' }]);
        expect(desk.item(3)).toMatchObject({ isUnblinded: true, mine: { flagged: true, note: 'odd' } });
        desk.answer({ ...answer, number: 3, kind: 'scored', scores: { readability: 3, coherence: 3, creativity: 3 } });
        desk.close();
        const meanOf = async (all: boolean): Promise<number> => {
            const { report } = await sets.agreement(file, { all });
            const pair = report.criteria[0]!.pairs.find(({ raters }) => raters.join() === 'ada,rules-1')!;
            return teachers[0]!.scores['readability']! - pair.statistics.bias.value!;
        };
        expect(await meanOf(false)).toBeCloseTo(1, 12);
        expect(await meanOf(true)).toBeCloseTo(3, 12);
    });

    it('goes on where a rater left, undoes and skips, and hides raters from one another', () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 10, seed: 1 });
        const answer = {
            scores: { readability: 1, coherence: 1, creativity: 1 },
            dwellMs: 5,
            flagged: false,
            note: '',
        };
        let desk = sets.desk(file, 'ada');
        desk.answer({ ...answer, position: 1, number: 1, kind: 'scored' });
        desk.answer({ ...answer, position: 2, number: 1, kind: 'scored' });
        desk.answer({ ...answer, position: 2, number: 2, kind: 'withdrawn', scores: {} });
        desk.answer({ ...answer, position: 3, number: 1, kind: 'skipped', scores: {} });
        desk.close();
        desk = sets.desk(file, 'ada');
        expect(desk.view().items.slice(0, 4)).toEqual(['scored', 'open', 'skipped', 'open']);
        desk.close();
        desk = sets.desk(file, 'ben');
        expect(desk.view().items.every((state) => state === 'open')).toBe(true);
        expect(JSON.stringify(desk.view())).not.toContain('"ada"');
        desk.close();
        expect(sets.list()).toMatchObject([
            {
                kind: 'set',
                raters: [
                    { name: 'ada', scored: 1 },
                    { name: 'ben', scored: 0 },
                ],
            },
        ]);
    });
});
