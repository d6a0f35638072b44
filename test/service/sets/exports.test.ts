/** A rating set leaves with its ratings and its agreement, without a name of anybody, and says the same elsewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { agreementOfCsv } from '../../../src/main/service/sets/agreement.ts';
import { startExchange } from '../../../src/main/service/sessions/exchange-session.ts';
import { prepareExport, type ExportRequest } from '../../../src/main/service/exchange/exporting.ts';
import { nodeProcessHost } from '../../../src/main/processes/process-host.ts';
import { openHome } from '../../../src/main/service/sources/home.ts';
import { openRatingSets } from '../../../src/main/service/sets/rating-sets.ts';
import { openWorkshop } from '../../../src/main/store/home/workshop.ts';
import { plain } from '../../../src/shared/text/markdown.ts';
import type { AgreementReport } from '../../../src/shared/ratings/agreement.ts';
import { temporaryHome } from '../../headless/command-line.ts';
import { start } from '../../store/records.ts';
import { recordRatedRun } from '../../windows/rated-run.ts';

const home = temporaryHome(afterAll);
const people = ['Ada Lovelace', 'Ben Jonson'];
const to = join(home, 'out');
let set = '';

function aSet(name: string, raters: readonly string[]): string {
    const data = openHome(() => start);
    const sets = openRatingSets(data);
    const { id } = sets.make({ runs: ['owl'], name, stories: 24, seed: 1 });
    for (const [who, rater] of raters.entries()) {
        const desk = sets.desk(id, rater);
        const { criteria, items } = desk.view();
        items.forEach((_, i) => {
            const scores = Object.fromEntries(criteria.map((each, c) => [each.id, (i * (c + 2) + who) % 4]));
            const about = { position: i + 1, number: 1, dwellMs: 900, flagged: i === 3, note: '' };
            desk.answer({ ...about, kind: 'scored', scores });
            if (i !== 5) return;
            desk.reveal(i + 1); // and thinks again after looking: it counts only where all is asked for
            desk.answer({ ...about, number: 2, kind: 'scored', scores: { ...scores, coherence: 3 } });
        });
        desk.close();
    }
    data.close();
    return id;
}

async function exporting(asked: Partial<ExportRequest>): Promise<string> {
    const workshop = openWorkshop(home);
    const whole = { from: set, what: null, as: null, stories: null, checkpoint: null, ggufType: 'F16', to } as const;
    const job = await prepareExport(workshop, { ...whole, ...asked }, start).finally(() => workshop.db.close());
    const end = await startExchange(nodeProcessHost, job).ended;
    expect(end.type).toBe('exported');
    return job.to;
}

beforeAll(() => {
    vi.stubEnv('STORYLOOP_HOME', home);
    recordRatedRun(home, 'owl');
    set = aSet('first', people);
});
afterAll(() => void vi.unstubAllEnvs());

/** Point values alone: intervals come from draws in the order of the stories. */
const values = ({ criteria }: AgreementReport): unknown =>
    criteria.map(({ criterion, pairs, retests }) => [
        criterion,
        [...pairs, ...retests].map(({ n, statistics }) => [
            n,
            ...Object.values(statistics).map(({ value }) => value && Math.round(1e9 * value)),
        ]),
    ]);

it('with all it has, and no name of anybody', async () => {
    await exporting({ what: 'all', as: 'csv,parquet' });
    expect(readdirSync(to).sort()).toEqual([
        ...['agreement.json', 'agreement.md', 'episodes.csv', 'episodes.parquet', 'manifest.json'],
        ...['ratings.csv', 'ratings.parquet', 'set.sqlite'],
    ]);
    for (const name of readdirSync(to)) {
        const bytes = readFileSync(join(to, name)).toString('latin1');
        for (const person of people.flatMap((each) => each.split(' '))) expect(bytes).not.toContain(person);
        expect(bytes).not.toContain(home);
    }
});

it('says in Markdown and in JSON what the report says in words', async () => {
    const data = openHome(() => start);
    const sets = openRatingSets(data);
    const { words } = await sets.agreement(set, { all: false, anonymise: true });
    data.close();
    expect(words.length).toBeGreaterThan(0);
    const text = readFileSync(join(to, 'agreement.md'), 'utf8');
    for (const paragraph of words) expect(text).toContain(plain(paragraph.text, 4000));
    expect(text).not.toMatch(/\[object|undefined|NaN/);
    const json = JSON.parse(readFileSync(join(to, 'agreement.json'), 'utf8')) as { words: unknown };
    expect(json.words).toEqual(words);
});

it('keeps names as text, whatever they look like', async () => {
    const name = '<img src=x onerror=alert(1)>\n# | **bold** [link](javascript:1) \u001b[31m';
    await exporting({ from: aSet(name.replace(/\p{Cc}/gu, ' '), people), what: 'agreement', to: join(home, 'odd') });
    const [heading] = readFileSync(join(home, 'odd', 'agreement.md'), 'utf8').split('\n');
    expect(heading).toBe(
        '# Agreement on &lt;img src=x onerror=alert(1)&gt; \\# \\| \\*\\*bold\\*\\* \\[link\\](javascript:1) \\[31m',
    );
});

it.each([false, true])('its ratings say the same when they are read back from their table, all: %s', async (all) => {
    const data = openHome(() => start);
    const sets = openRatingSets(data);
    const { report } = await sets.agreement(set, { all, anonymise: true });
    data.close();
    const read = await agreementOfCsv(join(to, 'ratings.csv'), { scale: { min: 0, max: 3 }, all });
    expect(values(read.report)).toEqual(values(report));
    expect(read.report.raters).toEqual(report.raters);
});

it('without an agreement where nobody has rated, and refused where it is asked for', async () => {
    const other = aSet('second', []);
    await exporting({ from: other, what: 'all', to: join(home, 'second') });
    expect(readdirSync(join(home, 'second'))).not.toContain('agreement.md');
    await expect(exporting({ from: other, what: 'agreement', to: join(home, 'third') })).rejects.toThrow(
        /Nobody has rated the set "second" yet; nothing was computed/,
    );
    expect(existsSync(join(home, 'third'))).toBe(false);
});
