/** A set leaves by one page and comes in by another, as messages alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openBackend } from '../../../src/main/service/backend/backend.ts';
import { openUploads } from '../../../src/main/service/backend/exchange/uploads.ts';
import {
    appContractVersion,
    type AppMessage,
    type Method,
    type Params,
    type Result,
} from '../../../src/shared/contracts/app.ts';
import { temporaryFolder } from '../../store/a-run.ts';
import { homeWithRun, rateAll } from './a-rated-home.ts';

/** A page of an app whose data folder is the one of the moment. */
function aPage(): <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>> {
    const backend = openBackend();
    onTestFinished(() => backend.close());
    const heard: AppMessage[] = [];
    const connection = backend.connect((message) => heard.push(message));
    let id = 0;
    return async (method, params) => {
        await connection.receive({ version: appContractVersion, id: ++id, method, params });
        const answer = heard.find((message) => 'id' in message && message.id === id)!;
        if ('sentence' in answer && 'fault' in answer) throw new Error(answer.sentence);
        return ('result' in answer ? answer.result : null) as never;
    };
}

async function send(
    ask: ReturnType<typeof aPage>,
    name: string,
    bytes: Uint8Array,
    partBytes = 10_000,
): Promise<string> {
    let upload: string | null = null;
    for (let at = 0; at < bytes.length; at += partBytes) {
        const base64 = Buffer.from(bytes.subarray(at, at + partBytes)).toString('base64');
        ({ upload } = await ask('upload.part', { upload, name, base64 }));
    }
    return upload!;
}

const uploadFolders = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('storyloop-upload-'));

it('goes to a colleague, comes back with ratings, and shows what differs', async () => {
    const { sets, home } = homeWithRun();
    const { file, id } = sets.make({ runs: ['night owl'], name: 'trial', stories: 20, seed: 1 });
    rateAll(sets, file, 'Ada Lovelace', (given) => given);
    const before = uploadFolders();
    const here = aPage();
    const sent = await here('set.export', { set: id });
    expect(sent.name).toBe('trial.sqlite');
    const bytes = Buffer.from(sent.base64, 'base64');
    expect(bytes.includes('Lovelace')).toBe(false);
    expect(bytes.length).toBeGreaterThan(10_000); // so it comes in parts

    vi.stubEnv('STORYLOOP_HOME', temporaryFolder());
    const there = aPage();
    const first = await there('sets.import', { upload: await send(there, sent.name, bytes) });
    expect(first).toMatchObject({ kind: 'new', set: { id, name: 'trial', items: 22 }, conflicts: [] });
    const [ada] = first.set.raters;
    expect(ada!.name).toMatch(/^rater \w{4}$/);
    const answer = { set: id, position: 1, dwellMs: 1, flagged: false, note: '' } as const;
    const scores = { readability: 3, coherence: 3, creativity: 3 };
    await there('desk.answer', { ...answer, rater: 'Ben', number: 1, kind: 'scored', scores });
    await there('desk.answer', { ...answer, rater: ada!.name, number: 2, kind: 'skipped', scores: {} });
    const back = await there('set.export', { set: id });

    vi.stubEnv('STORYLOOP_HOME', home);
    await here('desk.answer', { ...answer, rater: 'Ada Lovelace', number: 2, kind: 'scored', scores });
    const merged = await here('sets.import', {
        upload: await send(here, back.name, Buffer.from(back.base64, 'base64')),
    });
    expect(merged).toMatchObject({ kind: 'merged', added: 1, known: 22 });
    expect(merged.conflicts).toEqual([
        {
            position: 1,
            rater: 'Ada Lovelace',
            ours: { kind: 'scored', scores, flagged: false, note: '' },
            theirs: { kind: 'skipped', scores: {}, flagged: false, note: '' },
        },
    ]);
    expect(JSON.stringify(merged)).not.toContain('/'); // no path of this machine
    expect(uploadFolders()).toEqual(before);
});

it('refuses by the name it was sent by what is no set, and what never arrived', async () => {
    homeWithRun();
    const ask = aPage();
    const text = await send(ask, 'notes.txt', Buffer.from('once upon a time, in a faraway land,'.repeat(50)));
    await expect(ask('sets.import', { upload: text })).rejects.toThrow(/^notes\.txt is not a database of Storyloop/);
    await expect(ask('sets.import', { upload: text })).rejects.toThrow(/did not arrive whole/); // it is gone
    const large = Buffer.alloc(512 * 1024, 7).toString('base64');
    expect(await ask('upload.part', { upload: null, name: 'x', base64: large })).toHaveProperty('upload');
    await expect(ask('upload.part', { upload: null, name: 'x', base64: `${large}${large}` })).rejects.toThrow(
        /does not fit/,
    );
    await expect(ask('upload.part', { upload: null, name: 'x', base64: 'ä' })).rejects.toThrow(/does not fit/);
});

it('takes no more than it may, and leaves nothing behind', () => {
    const before = uploadFolders();
    const uploads = openUploads(Date.now);
    const part = new Uint8Array(64 * 2 ** 20);
    const id = uploads.add(null, '/home/ada/huge.sqlite', part);
    for (let i = 0; i < 3; i++) uploads.add(id, '', part);
    expect(() => uploads.add(id, '', new Uint8Array(1))).toThrow(/^huge\.sqlite is larger than 256 MB/);
    expect(uploadFolders()).toEqual(before);
    uploads.add(null, 'left', Uint8Array.of(1));
    expect(uploadFolders()).toHaveLength(before.length + 1);
    uploads.close();
    expect(uploadFolders()).toEqual(before);
});

it('takes four at once; one that is left makes room after a minute, and all of a page end with it', () => {
    const before = uploadFolders();
    let now = 1_000_000;
    const uploads = openUploads(() => now);
    const page = new AbortController();
    const begin = (): string => uploads.add(null, 'x', Uint8Array.of(1), page.signal);
    const [first] = [begin(), begin(), begin(), begin()];
    expect(begin).toThrow(/^4 files are already being sent; nothing was changed\. Send this one when/);
    now += 59_000;
    uploads.add(first, '', Uint8Array.of(2));
    now += 2000;
    const next = begin(); // three were silent for more than a minute
    expect(uploadFolders()).toHaveLength(before.length + 2);
    expect(uploads.use(first, (file) => readFileSync(file).length)).toBe(2);
    page.abort();
    expect(uploadFolders()).toEqual(before);
    expect(() => uploads.add(next, '', Uint8Array.of(1))).toThrow(/did not arrive whole/);
    uploads.close();
});
