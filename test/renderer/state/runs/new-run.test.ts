/** A new run that is set up while the app's answers are still on their way. */
import { afterEach, expect, it } from 'vitest';
import { NewRun } from '../../../../src/renderer/state/runs/new-run.svelte.ts';
import { replaceQuery } from '../../../../src/renderer/state/app/route.svelte.ts';
import type { RunDraft } from '../../../../src/shared/views/new-run.ts';
import { asked, askedAtOnce, forgetRequests } from '../fake-app.ts';

const draft: RunDraft = {
    job: 'learn',
    name: 'owl',
    preset: 'quick',
    given: { 'ppo.batch': 8 },
    source: 'shipped',
    sourceName: 'tales-3m',
};

afterEach(() => forgetRequests());

async function answerAll(typed: () => void): Promise<void> {
    await (await asked('config.table')).answer({ version: 1, presets: ['quick'], lines: [] });
    await (await asked('students.list')).answer([]);
    const drafted = await asked('run.draft');
    typed();
    await drafted.answer(draft);
}

it('keeps a typed name where the same run is opened again', async () => {
    replaceQuery({ like: 'owl' });
    const run = new NewRun();
    for (const typed of ['mine', 'mine']) await Promise.all([run.open(), answerAll(() => (run.name = typed))]);
    expect(run.name).toBe('mine');
});

it.each([
    ['takes a name of its own from the run that it is like', null],
    ['keeps a name that was typed before the draft came', 'mine'],
])('%s', async (_, typed) => {
    replaceQuery({ like: 'owl' });
    const run = new NewRun();
    const suggested = run.name;
    const opening = run.open();
    await answerAll(() => (run.name = typed ?? run.name));
    await opening;
    expect(run.given).toEqual(draft.given);
    if (typed !== null) expect(run.name).toBe(typed);
    else expect(run.name).not.toBe(suggested);
});

it('leaves the kept draft alone where a run like another is opened, until something is changed', async () => {
    replaceQuery({ like: 'owl' });
    const run = new NewRun();
    await Promise.all([run.open(), answerAll(() => run.keep())]);
    for (run.step = 0; run.step < 3; run.step++) run.keep();
    expect(askedAtOnce('draft.keep')).toEqual([]);
    run.withSeeds = true;
    run.keep();
    expect(askedAtOnce('draft.keep')).toMatchObject([{ draft: { given: draft.given, withSeeds: true } }]);
    run.withSeeds = false;
    run.keep();
    expect(askedAtOnce('draft.keep').at(-1)).toMatchObject({ draft: { withSeeds: false } });
});

it('keeps what is chosen where the address asks for nothing', async () => {
    replaceQuery({});
    const run = new NewRun();
    const opening = run.open();
    await (await asked('config.table')).answer({ version: 1, presets: ['quick'], lines: [] });
    await (await asked('students.list')).answer([]);
    await opening;
    run.preset = 'paper';
    run.keep();
    run.preset = 'quick';
    run.keep();
    expect(askedAtOnce('draft.keep')).toMatchObject([{ draft: { preset: 'paper' } }, { draft: null }]);
});
