/** A run as one file, and what readers of it sent back: written from a recorded run, taken in by the app. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHash } from 'node:crypto';
import { writeReport } from '../../src/main/service/exchange/report/report.ts';
import { embeddedJson, escaped } from '../../src/main/service/exchange/report/markup.ts';
import { styleChart } from '../../src/main/service/exchange/report/figures.ts';
import { ratersSay } from '../../src/main/service/exchange/report/raters.ts';
import { openRatingSets } from '../../src/main/service/sets/rating-sets.ts';
import type { HoldOutReport } from '../../src/shared/views/hold-out.ts';
import { recordSetting } from '../windows/compared-runs.ts';

const home = mkdtempSync(join(tmpdir(), 'storyloop-reporting-'));
const hostile = ` </script><script>window.broken = 1</script> <img src=x onerror="window.broken = 2"> ]]> <!-- "quotes" 'single' & \u2028\u2029 \u001b`;
const runName = '<b>owl</b> & "friends"';
let html: string;
let form: ReportForm;

interface ReportForm {
    readonly [key: string]: unknown;
    readonly run: string;
    readonly set: string;
    readonly criteria: readonly { readonly id: string }[];
    readonly items: readonly { readonly prompt: string; readonly story: string }[];
}

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    const setting = { given: { 'reward.lengthWeight': 0.4 }, gain: 1.2, ending: hostile };
    recordSetting(home, { ...setting, name: runName, seed: 1 });
    recordSetting(home, { ...setting, name: 'other', seed: 2 });
    const { file, bytes } = await writeReport(runName, join(home, 'report.html'));
    html = readFileSync(file, 'utf8');
    expect(bytes).toBe(Buffer.byteLength(html));
    form = formIn(html);
});
afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
});

function formIn(page: string): ReportForm {
    const [, json] = /<script type="application\/json" id="form-data">(.*?)<\/script>/su.exec(page)!;
    return JSON.parse(json!) as ReportForm;
}

describe('a report', () => {
    it('says what the run’s page says, and how everything was done', () => {
        for (const part of [
            /Between stories of equal length the score rose by \+\d\.\d\d \[\+\d\.\d\d, \+\d\.\d\d\] of 9 points\./u,
            /There is no control, the same run with shuffled rewards/u,
            /In each of 40 updates it wrote \d+ stories/u,
            /bootstrap of 2,000 resamples over pairs of equal seed/u,
            /<td>Length weight<\/td><td>0\.4/u,
            /FROM current_update/u,
            /written as the student learned, at its temperature\./u, // there was no dropout
            /Both are bootstraps of 95 %/u,
            /<p>One run, one seed: /u,
            /What each score stands for.*, for people; \w+ measures, and does not read them/u,
            /<td>Readability<\/td><td class="number">3<\/td><td>grammar, spelling and punctuation are right/u,
            /<h4>Before: score \d\.\d\d \(readability \d\.\d, narrative coherence \d\.\d, creativity \d\.\d\), \d+ words/u,
            /50 pairs out of 120/u,
            /Nobody picked them/u,
        ])
            expect(html).toMatch(part);
        expect(html.match(/<figure>/gu)).toHaveLength(5);
        expect(html.match(/class="pair"/gu)).toHaveLength(50);
        expect(html.length).toBeLessThan(3 * 2 ** 20);
    });

    it('says what learning did to style, in a sentence, a figure and tables', () => {
        const style = /<section id="style"[^>]*>(.*?)<\/section>/su.exec(html)![1]!;
        expect(style).toMatch(/<p class="claim">At equal length/u);
        expect(style.match(/<svg/gu)).toHaveLength(1);
        for (const measure of ['Variety of words', 'Repetition', 'Sentence length', 'Named characters'])
            expect(style.split(`>${measure}<`).length).toBeGreaterThan(2); // over a panel, and in the table
        expect(style).toMatch(/Style of \d+ pairs of clean stories of equal seeds/u);
        expect(style).toMatch(/Everything is measured on the first \d+ words of a story/u);
    });

    it('says what its teachers are, and how far they are one opinion', () => {
        const holdOut = (agreement: number): HoldOutReport =>
            ({ teacher: 'reader', judge: 'second-reader', agreement, points: [{ stories: 32 }] }) as never;
        const names = ['reader', 'second-reader'];
        expect(ratersSay(names, holdOut(0.99))).toMatch(
            /^reader is a small .* second-reader is such a model, too.* 32 stories .* correlated at 0\.99: they are hardly/u,
        );
        expect(ratersSay(names, holdOut(0.4))).toMatch(/correlated at 0\.40\.$/u);
        expect(ratersSay(['rules'], holdOut(0.9))).toMatch(/^rules counts .* tales\.$/u);
        expect(ratersSay(['a-language-model'], null)).toBe('');
    });

    it('fetches nothing, and lets nothing run but its own script', () => {
        const [, policy] = /Content-Security-Policy" content="([^"]+)"/u.exec(html)!;
        const [, style] = /<style>(.*?)<\/style>/su.exec(html)!;
        const [, script] = /<script>(.*?)<\/script>/su.exec(html)!;
        const sha = (text: string): string => createHash('sha256').update(text).digest('base64');
        expect(policy).toBe(
            `default-src 'none'; script-src 'sha256-${sha(script!)}'; style-src 'sha256-${sha(style!)}'; base-uri 'none'; form-action 'none'`,
        );
        expect(html).not.toMatch(/(?:src|href)="(?!#)/u);
        expect(html).not.toMatch(/ style="/u);
        expect(html.match(/<script/gu)).toHaveLength(2); // the form, and its data
    });

    it('shows what a student or a person wrote as words', () => {
        expect(html).not.toContain('<img');
        expect(html).toContain('&lt;/script&gt;&lt;script&gt;window.broken = 1&lt;/script&gt;');
        expect(html).toContain('<h1>&lt;b&gt;owl&lt;/b&gt; &amp; &quot;friends&quot;</h1>');
        expect(html).not.toMatch(/[\u2028\u2029\u001b]/u);
        expect(form.items[0]!.story).toContain(hostile); // to the letter, for it is rated
        expect(escaped('a\u2028b')).toBe('a\\u2028b');
        expect(JSON.parse(embeddedJson({ hostile }))).toEqual({ hostile });
        expect(embeddedJson({ hostile })).not.toMatch(/[<>&\u2028\u2029]/u);
    });

    it('hides in its form where stories come from, and shows none of them elsewhere', () => {
        expect(form.items).toHaveLength(44);
        expect(form.items.every((item) => Object.keys(item).sort().join() === 'prompt,story')).toBe(true);
        const stories = html.slice(html.indexOf('id="stories"'), html.indexOf('id="rate"'));
        for (const { story } of form.items) expect(stories).not.toContain(escaped(story));
    });

    it('is the same for the same run, and never overwrites', async () => {
        const again = readFileSync((await writeReport(runName, join(home, 'again.html'))).file, 'utf8');
        expect(form).toMatchObject({ ...formIn(again), writtenAt: form['writtenAt'] });
        await expect(writeReport(runName, join(home, 'again.html'))).rejects.toThrow(/exists already/u);
        await expect(writeReport(runName, join(home, 'no/such/folder.html'))).rejects.toThrow();
    });
});

it('draws no measure of style beyond what it can be', () => {
    const value = { mean: 98, low: 95, high: 102 };
    const measure = { id: 'past', name: 'Past tense', unit: '% of tensed verbs', change: null };
    const axisOf = (at: typeof value): readonly unknown[] => {
        const points = [{ from: 1, to: 4, stories: 9, value: at }];
        const [panel] = styleChart({
            words: 17,
            looked: 9,
            episodes: 9,
            measures: [{ ...measure, points }],
        } as never)!.panels;
        const dots = panel!.marks.find(({ kind }) => kind === 'dots') as unknown as {
            points: readonly (typeof value)[];
        };
        return [dots.points[0]!.high, panel!.y.bounds];
    };
    expect(axisOf(value)).toEqual([100, undefined]);
    expect(axisOf({ mean: 100, low: 100, high: 100 })).toEqual([100, [0, 100]]);
});

describe('ratings of a report', () => {
    const rater = { id: '01JQZZZZZZZZZZZZZZZZZZZZZZ', name: 'Rea Reader' };
    const answers = (): Record<string, unknown>[] =>
        form.items.map((_, i) => ({
            position: i + 1,
            number: 1,
            kind: 'scored',
            at: 1_790_000_000_000 + i,
            dwellMs: 900,
            scores: Object.fromEntries(form.criteria.map(({ id }, j) => [id, (i + j) % 4])),
        }));
    const fileOf = (changes: Readonly<Record<string, unknown>> = {}): string => {
        const file = join(home, 'ratings.json');
        const { type, version, run, runName: name, set, seed, wanted, digest } = form;
        const whole = { type, version, run, runName: name, set, seed, wanted, digest, rater, ratings: answers() };
        writeFileSync(file, JSON.stringify({ ...whole, ...changes }));
        return file;
    };
    const changed = (at: number, change: Readonly<Record<string, unknown>>): Record<string, unknown>[] =>
        answers().map((each, i) => (i === at ? { ...each, ...change } : each));
    const scores = { readability: 1, coherence: 1, creativity: 1 };

    type Case = readonly [
        of: string,
        given: string | Readonly<Record<string, unknown>> | (() => Record<string, unknown>),
        sentence: RegExp,
    ];
    const cases: readonly Case[] = [
        ['no JSON', '{"type": ', /is neither a rating set nor ratings/u],
        ['other JSON', '[1, 2]', /is neither a rating set nor ratings/u],
        ['a newer file', { version: 2 }, /a newer Storyloop wrote its report/u],
        ['a run that is not here', { run: '01JQZZZZZZZZZZZZZZZZZZZZZZ' }, /is not on this computer/u],
        ['stories that changed', { digest: '0'.repeat(64) }, /are not those that were rated/u],
        ['another number of stories', { wanted: 38 }, /are not those that were rated/u],
        ['nobody’s name', { rater: { ...rater, name: ' \u202e ' } }, /the name of its rater/u],
        ['no ratings', { ratings: [] }, /“ratings” is not what a form saves/u],
        ['a field too many', () => ({ ratings: changed(2, { blind: false }) }), /“ratings\.2” is not/u],
        ['an item beyond the last', () => ({ ratings: changed(2, { position: 45 }) }), /rates item 45 of 44/u],
        ['an item twice', () => ({ ratings: changed(2, { position: 2 }) }), /item 2 are not in order/u],
        ['a gap', () => ({ ratings: changed(2, { number: 2 }) }), /item 3 are not in order/u],
        ['a score out of range', () => ({ ratings: changed(2, { scores: { ...scores, creativity: 4 } }) }), /got 4/u],
        ['half a score', () => ({ ratings: changed(2, { scores: { ...scores, creativity: 0.5 } }) }), /got 0\.5/u],
        ['a missing score', () => ({ ratings: changed(2, { scores: { creativity: 1 } }) }), /got no score/u],
        ['a foreign score', () => ({ ratings: changed(2, { scores: { ...scores, wit: 1 } }) }), /does not have/u],
        ['scores of a skipped story', () => ({ ratings: changed(2, { kind: 'skipped' }) }), /does not have/u],
    ];

    it.each(cases)('are refused in one sentence where the file holds %s', (_, what, sentence) => {
        const given = typeof what === 'function' ? what() : what;
        const file = fileOf(typeof given === 'string' ? {} : given);
        if (typeof given === 'string') writeFileSync(file, given);
        expect(() => openRatingSets().import(file)).toThrow(sentence);
        expect(existsSync(join(home, 'sets')) ? readdirSync(join(home, 'sets')) : []).toEqual([]);
        expect(existsSync(file)).toBe(true);
    });

    it('become a rating set of the run, once', () => {
        const sets = openRatingSets();
        const first = sets.import(fileOf({ ratings: answers().slice(0, 30) }));
        expect(first).toMatchObject({ kind: 'merged', added: 30, known: 0, conflicts: [] });
        expect(first.set).toMatchObject({ id: form.set, purpose: 'gain', stories: 40, items: 44 });
        expect(first.set.raters).toEqual([{ name: rater.name, scored: 30 }]);
        expect(sets.import(fileOf())).toMatchObject({ added: 14, known: 30, conflicts: [] });
        expect(sets.import(fileOf())).toMatchObject({ added: 0, known: 44, conflicts: [] });
        expect(sets.list()).toHaveLength(1);
    });

    it('keep what is here where they differ, and take an answer that came later', () => {
        const sets = openRatingSets();
        const differs = sets.import(fileOf({ ratings: changed(0, { scores: { ...scores, creativity: 3 } }) }));
        expect(differs).toMatchObject({ added: 0, known: 43, conflicts: [{ position: 1, rater: rater.name }] });
        const later = [...answers(), { ...answers()[0], number: 2, scores, at: 1_790_000_100_000 }];
        expect(sets.import(fileOf({ ratings: later }))).toMatchObject({ added: 1, known: 44, conflicts: [] });
        expect(() => sets.import(fileOf({ digest: '0'.repeat(64) }))).toThrow(/are not those that were rated/u);
    });

    it('say what people would say of the gain', () => {
        const found = openRatingSets().gain(form.set, { all: false });
        expect(found).toMatchObject({ kind: 'found', run: runName });
    });
});
