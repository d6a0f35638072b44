/** An export as it is put together: what is taken at first, what is asked of the app, and what it answers. */
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { ExportForm } from '../../../src/renderer/state/export-form.svelte.ts';
import type { ExportChoice } from '../../../src/renderer/state/exchanges.svelte.ts';
import type { ExportOffer } from '../../../src/shared/views/computer.ts';
import { asked, forgetRequests } from './fake-app.ts';
import { within } from './runes.svelte.ts';

const run: ExportChoice = { label: 'the run owl', of: { subject: 'run', run: 'owl' } };
const student: ExportChoice = { label: 'a student', of: { subject: 'student', source: '/students/owl' } };
const offer: ExportOffer = {
    folder: '/exports/owl',
    things: [
        { what: 'database', formats: ['sqlite'], size: null },
        { what: 'metrics', formats: ['csv', 'jsonl'], size: null },
        { what: 'student', formats: ['hf', 'gguf'], size: null },
    ],
    checkpoints: [{ name: 'update-9', words: 900 }],
} as unknown as ExportOffer;

beforeEach(forgetRequests);

async function offeredOf(choice: ExportChoice): Promise<ExportForm> {
    const [form] = within(
        () =>
            new ExportForm(
                () => [choice],
                () => undefined,
            ),
    );
    flushSync();
    await (await asked('export.offer')).answer(offer);
    return form;
}

describe('at first', () => {
    it('a run leaves with its record and its stories, not with its student', async () => {
        const form = await offeredOf(run);
        expect([...form.wanted]).toEqual(['database']);
        expect(form.formats).toEqual({ database: 'sqlite', metrics: 'csv', student: 'hf' });
    });
    it('all that is offered of anything else', async () => {
        expect([...(await offeredOf(student)).wanted]).toEqual(['database', 'metrics', 'student']);
    });
});

it('asks for the parts in their order, with the checkpoint where the student is among them', async () => {
    const form = await offeredOf(run);
    form.toggle('student');
    form.formats.student = 'gguf';
    const started = form.start();
    expect(form.canStart).toBe(false);
    const request = await asked('export.start');
    expect(request.params).toEqual({
        of: run.of,
        ggufType: 'F16',
        folder: null,
        checkpoint: 'update-9',
        parts: [
            { what: 'database', as: 'sqlite' },
            { what: 'student', as: 'gguf' },
        ],
    });
    await request.answer(undefined as never);
    await (await asked('export.offer')).answer({ ...offer, folder: '/exports/owl-2' });
    await started;
    expect(form.offer?.folder).toBe('/exports/owl-2');
    expect(form.canStart).toBe(true);
});

it('starts nothing where nothing is taken, and says why the app refused', async () => {
    const form = await offeredOf(run);
    form.toggle('database');
    expect(form.canStart).toBe(false);
    form.toggle('database');
    const started = form.start();
    await (await asked('export.start')).refuse('The disk is full.');
    await started;
    expect(form.problem).toBe('The disk is full.');
    expect(form.canStart).toBe(true);
});
