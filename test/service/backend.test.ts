/** The app behind its window, asked as a page asks it, with real engines on the smallest students that learn. */
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { readCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { start as commandLine, temporaryHome, tinyLearning } from '../headless/command-line.ts';
import { curveRow } from '../../src/shared/figures/curve-rows.ts';
import { computedOnKey } from '../../src/shared/views/runs.ts';
import { computedOnWords } from '../../src/main/service/backend/runs/comparing.ts';
import { tinyPretraining } from '../support/tiny-settings.ts';
import { aPage, type Page } from './a-page.ts';

const home = temporaryHome(afterAll);
const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once there was',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'ppo.lr': 0.003,
    'evaluation.stories': 8,
    'evaluation.judge': 'none',
    'budget.updates': 3,
};
let backend: Backend;
let page: Page;
let tiny: string;
let learned: string;

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    backend = openBackend();
    page = aPage(backend);
    const asked = {
        job: 'pretrain',
        name: 'tiny',
        preset: 'quick',
        given: { ...tinyPretraining, 'pretrain.lr': 0.02 },
        source: 'storyworld',
    } as const;
    ({ run: tiny } = await page.ask('run.start', asked));
    await page.told('ended', ({ run }) => run === tiny);
    const [source] = (await page.ask('students.list', {})).filter(({ run }) => run === tiny);
    const next = { job: 'learn', name: 'first', preset: 'quick', given: learning, source: source!.source } as const;
    ({ run: learned } = await page.ask('run.start', next));
    await page.told('ended', ({ run }) => run === learned);
});
afterAll(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

it('tells of a run while it goes on, and how it ended', async () => {
    const lives = page.pushes.filter((push) => push.push === 'live' && push.run === learned);
    expect(lives.length).toBeGreaterThan(1);
    const rows = page.pushes.flatMap((push) => (push.push === 'run' && push.row.run === learned ? [push.row] : []));
    expect(rows.at(0)).toMatchObject({ state: 'running', isOurs: true });
    expect(rows.at(-1)).toMatchObject({ state: 'finished', isOurs: false, live: null, updates: 3, fraction: 1 });
    const ended = await page.told('ended', ({ run }) => run === learned);
    expect(ended).toMatchObject({ name: 'first', reason: 'finished', sentence: 'all 3 updates are done' });
});

it('lists runs with what a list shows', async () => {
    const rows = await page.ask('runs.list', {});
    expect(rows.map(({ run }) => run).sort()).toEqual([learned, tiny].sort());
    const row = rows.find(({ run }) => run === learned);
    expect(row).toMatchObject({
        kind: 'run',
        name: 'first',
        job: 'learn',
        preset: 'quick',
        state: 'finished',
        episodes: 24,
        scoreMost: 9,
        remaining: null,
    });
    expect(row?.kind === 'run' && row.budgets.at(-1)).toEqual({ unit: 'updates', spent: 3, of: 3 });
    expect(row?.kind === 'run' && row.spark).toHaveLength(3);
    expect(rows.find(({ run }) => run === tiny)).toMatchObject({ job: 'pretrain', score: null, endScore: null });
    const after = (await page.ask('run.read', { run: learned })).evaluations.at(-1)!.results;
    const halfInterval = (after['score.high']! - after['score.low']!) / 2;
    expect(row).toMatchObject({ endScore: { mean: after['score'], halfInterval, stories: 8, isClean: true } });
});

it('gives metrics after a cursor, with the mean of each criterion', async () => {
    const first = await page.ask('run.updates', { run: learned, after: 0, limit: 2 });
    expect(first.rows.map(({ number }) => number)).toEqual([1, 2]);
    expect(first.more).toBe(true);
    const rest = await page.ask('run.updates', { run: learned, after: first.cursor });
    expect(rest).toMatchObject({ rows: [{ number: 3 }], more: false });
    expect(await page.ask('run.updates', { run: learned, after: rest.cursor })).toMatchObject({ rows: [] });
    const curves = await page.ask('run.curves', { run: learned, after: 0, limit: 2 });
    const drawn = [...curves.rows, ...(await page.ask('run.curves', { run: learned, after: curves.cursor })).rows];
    for (const [i, update] of [...first.rows, ...rest.rows].entries())
        expect(update).toMatchObject(curveRow(drawn[i]!));
    expect(drawn).toHaveLength(3);
    for (const { scores, scoreMean } of [...first.rows, ...rest.rows]) {
        expect(Object.keys(scores)).toEqual(['readability', 'coherence', 'creativity']);
        expect(Object.values(scores).reduce((sum, score) => sum + score, 0)).toBeCloseTo(scoreMean!, 9);
    }
    const steps = await page.ask('run.steps', { run: tiny, after: 0 });
    expect(steps.rows.length).toBeGreaterThan(5);
    expect(steps.rows.at(-1)!.validationLoss).not.toBeNull();
    const events = await page.ask('run.events', { run: learned, after: 0 });
    expect(events.rows.map(({ kind }) => kind)).toEqual(['ready', 'memory', 'finished']);
});

it('reads one run in full', async () => {
    const { row, config, student, criteria, attempts, checkpoints, evaluations } = await page.ask('run.read', {
        run: learned,
    });
    expect(row.name).toBe('first');
    expect(config).toMatchObject(learning);
    expect(Object.keys(config).filter((key) => /^(student|tokenizer|corpus|pretrain)\./u.test(key))).toEqual([]);
    expect(student).toEqual({
        name: expect.stringMatching(/^tiny · \S+$/u),
        size: { layers: 2, width: 16, heads: 2, context: 48, vocabulary: 400, parameters: expect.any(Number) },
    });
    expect(criteria.map(({ id }) => id)).toEqual(['readability', 'coherence', 'creativity']);
    expect(attempts).toMatchObject([{ reason: 'finished', environment: { node: process.version } }]);
    expect(checkpoints).toMatchObject([{ kind: 'initial' }, { kind: 'final', update: 3, exists: true }]);
    expect(evaluations.map(({ phase }) => phase)).toEqual(['before', 'after']);
});

describe('stories', () => {
    it('are found by page, in the order asked for, with what their teacher said', async () => {
        const sorted = { run: learned, sort: 'score', descending: true } as const;
        const all = await page.ask('stories.find', { ...sorted, limit: 500 });
        expect(all.total).toBe(24);
        const totals = all.rows.map(({ total }) => total!);
        expect(totals).toEqual(totals.toSorted((a, b) => b - a));
        const second = await page.ask('stories.find', { ...sorted, offset: 10, limit: 5 });
        expect(second.rows).toEqual(all.rows.slice(10, 15));
        for (const { scores, total } of all.rows)
            expect(Object.values(scores!).reduce((sum, score) => sum + score, 0)).toBeCloseTo(total!, 9);
    });

    it('are found by words, update, score, length and end', async () => {
        const { rows } = await page.ask('stories.find', { run: learned, limit: 500 });
        const word = /[a-z]{3,}/.exec(rows[0]!.story)![0];
        const having = await page.ask('stories.find', { run: learned, text: word });
        expect(having.rows.map(({ episode }) => episode)).toContain(rows[0]!.episode);
        for (const { story } of having.rows) expect(story.toLowerCase()).toContain(word);
        const filters = [
            [{ fromUpdate: 2, toUpdate: 2 }, rows.filter(({ update }) => update === 2)],
            [{ minScore: 4 }, rows.filter(({ total }) => total! >= 4)],
            [{ maxScore: 4 }, rows.filter(({ total }) => total! <= 4)],
            [{ minWords: 9, maxWords: 12 }, rows.filter(({ words }) => words >= 9 && words <= 12)],
            [{ finished: true }, rows.filter(({ finished }) => finished)],
        ] as const;
        for (const [filter, expected] of filters)
            expect((await page.ask('stories.find', { run: learned, ...filter, limit: 500 })).rows).toEqual(expected);
    });

    it('best, median and worst stand for an update', async () => {
        const last = await page.ask('run.stories', { run: learned });
        expect(last!.update).toBe(3);
        expect(last!.best!.total!).toBeGreaterThanOrEqual(last!.median!.total!);
        expect(last!.median!.total!).toBeGreaterThanOrEqual(last!.worst!.total!);
        expect((await page.ask('run.stories', { run: learned, update: 1 }))!.best!.update).toBe(1);
        expect(await page.ask('run.stories', { run: tiny })).toBeNull();
    });

    it('are read in full, with token traces of a few', async () => {
        const { rows } = await page.ask('stories.find', { run: learned, limit: 500 });
        const whole = await Promise.all(rows.map(({ episode }) => page.ask('story.read', { run: learned, episode })));
        const withTrace = whole.filter(({ trace }) => trace !== null).length;
        expect(withTrace).toBeGreaterThanOrEqual(9); // of each update three that were drawn,
        expect(withTrace).toBeLessThanOrEqual(18); // and the best, the median and the worst
        for (const { trace, isTraced } of whole) expect(isTraced).toBe(trace !== null);
        const traced = await page.ask('stories.find', { run: learned, traced: true, limit: 500 });
        expect(traced.total).toBe(withTrace);
        expect(traced.rows.every(({ isTraced }) => isTraced)).toBe(true);
        for (const { trace, story } of whole) {
            if (trace === null) continue;
            expect(trace.texts!.join('')).toBe(story); // token by token the story itself
            expect(trace.texts).toHaveLength(trace.kl.length);
        }
        for (const { ratings, total } of whole) expect(ratings).toMatchObject([{ isPerson: false, total }]);
        expect(await page.refusal('story.read', { run: learned, episode: 999 })).toMatch(/no episode 999/);
    });
});

it('keeps a person’s own scores beside the teacher’s, as open, and leaves the teacher’s as they are', async () => {
    const { rows } = await page.ask('stories.find', { run: learned, limit: 1 });
    const { episode, total } = rows[0]!;
    const own = { run: learned, episode, rater: 'Ada' };
    const scores = { readability: 2, coherence: 1, creativity: 3 };
    const { ratings } = await page.ask('story.rate', { ...own, scores });
    expect(ratings).toMatchObject([
        { isPerson: false, total },
        { isPerson: true, blind: false, total: 6, scores },
    ]);
    expect(ratings[1]!.rater).not.toMatch(/Ada/); // names stay out of what is exported
    const again = await page.ask('story.rate', { ...own, scores: { ...scores, coherence: 2 } });
    expect(again.ratings.map(({ rater }) => rater)).toEqual([ratings[0]!.rater, ratings[1]!.rater, ratings[1]!.rater]);
    expect(again).toMatchObject({ total }); // lists and curves are the teacher's alone
    expect(await page.refusal('story.rate', { ...own, scores: { ...scores, creativity: 4 } })).toMatch(/from 0 to 3/);
    expect(await page.refusal('story.rate', { ...own, scores: { readability: 1 } })).toMatch(/no score/);
    expect(await page.refusal('story.rate', { ...own, episode: 999, scores })).toMatch(/no episode 999/);
});

it('compares before and after learning, seed by seed', async () => {
    const change = (await page.ask('run.comparison', { run: learned }))!;
    expect(change).toMatchObject({ pairs: 8, unreadablePairs: 0 });
    expect(change.total.difference.mean).toBeCloseTo(change.total.after.mean - change.total.before.mean, 9);
    expect(await page.ask('run.comparison', { run: tiny })).toBeNull();
    const pairs = await page.ask('run.pairs', { run: learned, sort: 'change', descending: true });
    const changes = pairs.rows.map(({ before, after }) => after.total! - before.total!);
    expect(pairs.total).toBe(8);
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
});

it('finds pairs by what the story before or after says, or begins with', async () => {
    const { rows } = await page.ask('run.pairs', { run: learned });
    const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const [first, second] = rows.flatMap(({ before }) => [wordsOf(before.story)]).find((words) => words.length > 1)!;
    const begins = rows.filter(({ before, after }) =>
        [before, after].some(({ story }) => wordsOf(story)[0] === first && wordsOf(story)[1] === second),
    );
    const found = await page.ask('run.pairs', { run: learned, text: `^"${first} ${second}"` });
    expect(found.rows).toEqual(begins);
    expect(found.total).toBe(begins.length);
    expect((await page.ask('run.pairs', { run: learned, text: 'xyzzy' })).total).toBe(0);
});

it('says of a story before or after learning what each token drifted, what was said of it, and why', async () => {
    const { rows } = await page.ask('run.pairs', { run: learned });
    const samples = rows.flatMap(({ before, after }) => [before.sample, after.sample]);
    const heat = (await page.ask('samples.trace', { run: learned, samples }))!;
    expect(heat.map(({ sample }) => sample)).toEqual(samples);
    for (const { sample, kl, texts } of heat) {
        const whole = await page.ask('sample.read', { run: learned, sample });
        expect(texts.join('')).toBe(whole.story);
        expect(kl).toHaveLength(texts.length);
        expect(kl.every((each) => Number.isFinite(each))).toBe(true);
        expect(Object.values(whole.scores!).reduce((sum, score) => sum + score, 0)).toBeCloseTo(whole.total!, 9);
    }
    // its own stories are likelier under the student that wrote them, on the whole
    const drift = (side: 'before' | 'after'): number =>
        rows.reduce((sum, pair) => {
            const { kl } = heat.find(({ sample }) => sample === pair[side].sample)!;
            return sum + kl.reduce((all, each) => all + each, 0);
        }, 0);
    expect(drift('after')).toBeGreaterThan(drift('before'));
    const [first] = samples;
    const told = (await page.ask('story.explain', { run: learned, story: { sample: first! } }))!;
    const { scores } = await page.ask('sample.read', { run: learned, sample: first! });
    for (const [criterion, score] of Object.entries(scores!)) expect(told.scores![criterion]).toBeCloseTo(score, 9);
    expect(told.reasons.length).toBeGreaterThan(0);
    expect(await page.refusal('sample.read', { run: learned, sample: 9999 })).toMatch(/no story of an evaluation/u);
});

it('compares runs: what differs in their settings, and what they wrote at equal words', async () => {
    const compared = await page.ask('runs.compare', { runs: [learned, learned] });
    expect(compared.config.filter(({ differs }) => differs)).toEqual([]);
    expect(compared.config.at(-1)).toMatchObject({ key: computedOnKey, values: ['processor', 'processor'] });
    const h100 = 'CUDA on NVIDIA H100 80GB HBM3, 80 GB, tf32';
    const devices = [`${h100}, onnxruntime 1.30.0 through its C API`, 'CPU, 2 threads, onnxruntime 1.30.0'];
    expect(computedOnWords(devices)).toBe(`${h100}, then processor`);
    expect(compared.stories[0]).toEqual(compared.stories[1]);
    expect(compared.stories[0]).toMatchObject({ update: 3 });
    const unlike = await page.ask('runs.compare', { runs: [learned, tiny] });
    expect(unlike.config.find(({ key }) => key === 'ppo.batch')).toMatchObject({ values: [8, 120], differs: true });
    expect(unlike.meetAtWords).toBe(0);
    const gains = await page.ask('runs.gains', { runs: [learned, tiny] });
    expect(gains).toMatchObject({
        runs: [{ atEqualLength: null, overControl: null, pairs: 8 }, null],
        settings: [{ runs: [0], together: null }, { runs: [1] }],
        verdicts: [{ measure: 'all stories', best: 0, others: [] }],
    });
});

it('keeps what a person notes, also for other pages', async () => {
    const other = aPage(backend);
    const changed = { name: 'night owl', tags: ['a', 'b', 'a'], notes: 'promising', archived: true };
    expect(await page.ask('run.change', { run: learned, ...changed })).toMatchObject({ ...changed, tags: ['a', 'b'] });
    await other.told('run', ({ row }) => row.kind === 'run' && row.name === 'night owl');
    await page.ask('run.change', { run: learned, name: 'first', archived: false });
    other.close();
});

it('makes a draft of a run to duplicate it', async () => {
    const draft = await page.ask('run.draft', { run: learned });
    expect(draft).toMatchObject({ job: 'learn', name: 'first', preset: 'quick' });
    expect(draft.sourceName).toMatch(/^tiny · \S+$/u);
    expect(draft.given).toEqual(learning);
    const { preset, given } = draft;
    expect(await page.ask('config.compose', { preset, given })).toMatchObject({ ok: true, values: learning });
});

it('shows the table of settings and refuses what cannot be', async () => {
    const { lines, presets } = await page.ask('config.table', {});
    expect(presets).toEqual(['paper', 'improved', 'quick']);
    expect(lines.find(({ key }) => key === 'ppo.lr')).toMatchObject({ room: 'ppo', resumable: true, kind: 'number' });
    const impossible = { preset: 'quick', given: { 'ppo.batch': 7, 'ppo.minibatch': 4 } } as const;
    expect(await page.ask('config.compose', impossible)).toMatchObject({ ok: false, sentence: /cannot be cut/ });
});

it('writes a story now', async () => {
    const { checkpoints } = await page.ask('run.read', { run: learned });
    const asked = { source: checkpoints.at(-1)!.source, stories: 2, given: { ...learning, seed: 7 } };
    const told = await page.ask('student.tell', asked);
    expect(told.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(await page.ask('student.tell', asked)).toEqual(told); // the same seed tells the same stories
});

it('pauses a run, and goes on with it', async () => {
    const [from] = (await page.ask('students.list', {})).filter(({ run }) => run === tiny);
    const asked = { job: 'learn', name: 'paused', preset: 'quick', source: from!.source } as const;
    const { run } = await page.ask('run.start', { ...asked, given: { ...learning, 'budget.updates': 2000 } });
    await page.told('run', ({ row }) => row.run === run && row.kind === 'run' && row.updates > 0);
    expect(await page.refusal('run.resume', { run })).toMatch(/is working on/);
    await page.ask('run.pause', { run });
    await page.told('ended', (end) => end.run === run && end.reason === 'paused');
    const { row } = await page.ask('run.read', { run });
    expect(row).toMatchObject({ state: 'paused', isOurs: false, ended: { message: 'paused as asked' } });
    expect(await page.refusal('run.pause', { run })).toMatch(/No engine of this app/);
    expect(await page.refusal('run.resume', { run, given: { 'ppo.batch': 4 } })).toMatch(/cannot change/);
    await page.ask('run.resume', { run, given: { 'ppo.lr': 0.001 } });
    await page.told('run', (push) => push.row.kind === 'run' && push.row.run === run && push.row.updates > row.updates);
    await page.ask('run.pause', { run });
    await vi.waitFor(
        () => expect(page.pushes.filter((push) => push.push === 'ended' && push.run === run)).toHaveLength(2),
        20_000,
    );
});

it('says that a run at work was deleted, and shows it no more', async () => {
    const [from] = (await page.ask('students.list', {})).filter(({ run }) => run === tiny);
    const asked = { job: 'learn', name: 'deleted', preset: 'quick', source: from!.source } as const;
    const { run } = await page.ask('run.start', { ...asked, given: { ...learning, 'budget.updates': 2000 } });
    await page.told('run', ({ row }) => row.run === run && row.kind === 'run' && row.updates > 0);
    fs.rmSync(`${home}/runs/${run}`, { recursive: true, maxRetries: 20 });
    await page.told('run-gone', (gone) => gone.run === run);
    const end = await page.told('ended', (ended) => ended.run === run);
    expect(end).toMatchObject({ isFault: true, reason: 'failed' });
    expect(end.sentence).toMatch(/^The run’s folder was deleted while the run was at work/);
    expect((await page.ask('runs.list', {})).map((row) => row.run)).not.toContain(run);
    expect(await page.refusal('run.pause', { run })).toMatch(/No engine of this app is at work/);
});

it('keeps a checkpoint on demand, whole and among the students, of learning and of pretraining', async () => {
    const [from] = (await page.ask('students.list', {})).filter(({ run }) => run === tiny);
    const learn = { job: 'learn', name: 'kept', preset: 'quick', source: from!.source } as const;
    const pretrain = { job: 'pretrain', name: 'kept', preset: 'quick', source: 'storyworld' } as const;
    for (const [asked, given, names] of [
        [learn, { ...learning, 'budget.updates': 2000 }, /^checkpoints\/update_\d+$/],
        [pretrain, { ...tinyPretraining, 'pretrain.lr': 0.02, 'pretrain.epochs': 500 }, /^checkpoints\/step_\d+$/],
    ] as const) {
        const { run } = await page.ask('run.start', { ...asked, given });
        const { path } = await page.ask('run.checkpoint', { run });
        expect(path).toMatch(names);
        expect(readCheckpoint(`${home}/runs/${run}/${path}`).weights.size).toBeGreaterThan(10); // refuses what is not whole
        expect((await page.ask('students.list', {})).map(({ label }) => label)).toContain(
            `kept · ${path.split('/').at(-1)}`,
        );
        await page.ask('run.pause', { run });
        await page.told('ended', (end) => end.run === run);
        const { checkpoints } = await page.ask('run.read', { run });
        const update = Number(/\d+$/.exec(path)![0]);
        expect(checkpoints.find((each) => each.path === path)).toMatchObject({ kind: 'milestone', update });
        expect(await page.refusal('run.checkpoint', { run })).toMatch(/No engine of this app is at work/);
    }
});

it('a checkpoint that is asked for too late is the last one', async () => {
    const { checkpoints } = await page.ask('run.read', { run: tiny });
    const given = { ...learning, 'budget.updates': 1 };
    const asked = { job: 'learn', name: 'late', preset: 'quick', source: checkpoints.at(-1)!.source, given } as const;
    const { run } = await page.ask('run.start', asked);
    expect(await page.ask('run.checkpoint', { run })).toEqual({ path: 'checkpoints/final' });
});

it('a run that is refused at its start leaves an answer and no folder', async () => {
    const before = fs.readdirSync(`${home}/runs`);
    const asked = { job: 'learn', name: 'nothing', preset: 'quick', given: {}, source: '/nowhere' };
    expect(await page.refusal('run.start', asked)).toMatch(/There is no checkpoint folder or run/);
    const tooSmall = { ...asked, source: tiny, given: { ...learning, 'budget.words': 5, 'budget.updates': 0 } };
    expect(await page.refusal('run.start', tooSmall)).toMatch(/too small for one update/);
    expect(fs.readdirSync(`${home}/runs`)).toEqual(before);
    const told = page.pushes.filter((push) => push.push === 'ended' && push.name === 'nothing');
    expect(told).toMatchObject([{ reason: 'failed', wasBegun: false }]); // whoever asked was answered: nobody else is alarmed
});

it('knows before anything is started that student, teacher or rubric are not there', async () => {
    const asked = { preset: 'quick', from: tiny } as const;
    expect(await page.ask('config.compose', { ...asked, given: learning })).toMatchObject({ ok: true });
    for (const [given, from, sentence] of [
        [{ teacher: 'nobody' }, tiny, /There is no teacher called "nobody"/],
        [{ teacher: '/nowhere/a.gguf' }, tiny, /There is no model file at/],
        [{ teacher: 'http://127.0.0.1:1/v1', 'teacher.rubric': '/nowhere.md' }, tiny, /There is no rubric at/],
        [{}, '/nowhere', /There is no checkpoint folder or run/],
    ] as const)
        expect(await page.ask('config.compose', { preset: 'quick', given, from })).toEqual({
            ok: false,
            sentence: expect.stringMatching(sentence),
            settings: [],
        });
});

it('follows a run that the command line makes, and cannot pause it', async () => {
    // long enough for a busy machine to look in between
    const long = [...tinyLearning, '--budget-updates', '30'];
    const made = commandLine(home, ['learn', '--from', tiny, '--name', 'elsewhere', ...long]);
    const isIt = (state: string) => (push: Extract<(typeof page.pushes)[number], { push: 'run' }>) =>
        push.row.kind === 'run' && push.row.name === 'elsewhere' && push.row.state === state;
    const { row } = await page.told('run', isIt('running'));
    expect(row).toMatchObject({ isOurs: false, live: null });
    expect(await page.refusal('run.pause', { run: row.run })).toMatch(/Pause it where it was started/);
    await page.told('run', isIt('finished'));
    expect(await made.ended).toMatchObject({ code: 0 });
    fs.rmSync(`${home}/runs/${row.run}`, { recursive: true });
    await page.told('run-gone', ({ run }) => run === row.run);
});

it('keeps settings, and forgets one when told to', async () => {
    await page.ask('settings.change', { theme: 'night', smoothing: 0.6 });
    expect(await page.ask('settings.change', { smoothing: null })).toEqual({ theme: 'night' });
    expect(await page.ask('settings.read', {})).toEqual({ theme: 'night' });
    await page.told('settings', ({ settings }) => settings.theme === 'night' && settings.smoothing === undefined);
});

describe('refuses in a sentence', () => {
    it.each([
        ['a page of another version', 'runs.list', {}, 99, /Reload the page/],
        ['what it cannot do', 'runs.erase', {}, 1, /cannot do/],
        ['what every object has', 'toString', {}, 1, /cannot do/],
        ['a run that is a path', 'run.read', { run: '../../etc' }, 1, /does not fit \(run/],
        ['a run that is a path of Windows', 'run.read', { run: '..\\x' }, 1, /does not fit \(run/],
        ['a run that is hidden', 'run.read', { run: '.draft' }, 1, /does not fit \(run/],
        ['a run that is gone', 'run.read', { run: 'nobody' }, 1, /There is no run "nobody" any more/],
        ['a parameter too many', 'run.pause', { run: 'x', force: true }, 1, /does not fit/],
        ['a page of too many stories', 'stories.find', { run: 'x', limit: 1e9 }, 1, /does not fit \(limit/],
    ])('%s', async (_, method, params, version, says) => {
        expect(await page.refusal(method, params, version)).toMatch(says);
    });
});
