/// <reference lib="dom" />
/**
 * What leaves the app and what comes into it: the clipboard, downloads, and files that lie somewhere on this computer.
 */
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pipeOf } from './in-page.ts';
import { obstacle, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { openBrowser, openElectron, type ElectronScreen, type Screen } from './screen.ts';

const reason = obstacle();
const folder = mkdtempSync(join(tmpdir(), 'storyloop-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aHome(name: string): string {
    const home = join(folder, name);
    mkdirSync(home);
    recordRatedRun(home, 'owl');
    return home;
}
async function goTo({ page }: Screen, hash: string): Promise<void> {
    await page.evaluate((to) => void (location.hash = to), hash);
    await page.locator('h1').waitFor();
}
/** What the clipboard holds, as somebody finds out: by pasting. */
async function pasted({ page }: Screen): Promise<string> {
    const search = page.getByRole('searchbox', { name: 'Words in stories' });
    await search.fill('');
    await search.press('Control+v');
    return search.inputValue();
}
async function citesByKey(screen: Screen): Promise<void> {
    await goTo(screen, '#/stories');
    await screen.page.getByText('Pin to compare').first().waitFor();
    await screen.page.locator('article').first().waitFor();
    await screen.page.locator('[role=listbox]').focus();
    await screen.page.keyboard.press('y');
    await screen.page.getByText('Copied as a citation.').waitFor();
    expect(await screen.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox'); // where it was
    expect(await pasted(screen)).toMatch(/^“.+”.?— owl \(.+\), update \d, episode \d+; readability /);
    expect(complaintsOf(screen)).toEqual([]);
}

/** Without those about a header that helps only where browsers trust the address. */
const complaintsOf = ({ complaints }: Screen): readonly string[] =>
    complaints.filter((each) => !each.includes('Cross-Origin-Opener-Policy'));
function closedAfterwards<Each extends Screen>(screen: Each): Each {
    onTestFinished(() => screen.close());
    return screen;
}

/** An address of this machine that is not its own name for itself: pages from there are not trusted by browsers. */
const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.skipIf(reason !== null)('a story is copied as a citation', () => {
    it('in Electron, which is permitted to write to the clipboard and to read nothing', async () => {
        const screen = closedAfterwards(await openElectron(aHome('clip-electron')));
        await citesByKey(screen);
        const read = screen.page.evaluate(() => navigator.clipboard.readText());
        await expect(read).rejects.toThrow(/denied/i);
    });

    it('in Chromium over `serve`', async () => {
        const screen = closedAfterwards(await openBrowser(aHome('clip-serve')));
        await citesByKey(screen);
    });

    it.skipIf(outside === undefined)(
        'over plain http from another machine, where pages have no clipboard',
        async () => {
            const screen = closedAfterwards(await openBrowser(aHome('clip-http'), outside));
            expect(new URL(screen.page.url()).hostname).toBe(outside);
            expect(await screen.page.evaluate(() => [isSecureContext, 'clipboard' in navigator])).toEqual([
                false,
                false,
            ]);
            await citesByKey(screen);
            await goTo(screen, '#/settings');
            await screen.page.getByText('read back').first().waitFor({ timeout: 60_000 });
            await screen.page.getByRole('button', { name: 'Copy report' }).click();
            await screen.page.getByText('Copied; it names no folder, person or machine.').waitFor();
            await goTo(screen, '#/stories');
            expect(await pasted(screen)).toContain('Storyloop');
            expect(complaintsOf(screen)).toEqual([]);
        },
    );

    it.skipIf(outside === undefined)(
        'or stands there to be copied by hand, where a browser permits nothing',
        async () => {
            const screen = closedAfterwards(await openBrowser(aHome('clip-nothing'), outside));
            await goTo(screen, '#/stories');
            await screen.page.locator('article').first().waitFor();
            await screen.page.evaluate(() => (document.execCommand = () => false));
            await screen.page.keyboard.press('y');
            await screen.page
                .getByText(/does not let the page copy\. Select this and press Ctrl C: “.+— owl/s)
                .waitFor();
        },
    );
});

describe.skipIf(reason !== null)('in Electron', () => {
    let screen: ElectronScreen;
    const home = join(folder, 'electron');
    const chosen = join(folder, 'chosen');
    /** The person chooses this in the system's window, or nothing. */
    const chooses = (answer: string | null): Promise<void> =>
        screen.app.evaluate(({ dialog }, filePath) => {
            const shown: unknown[] = [];
            Object.assign(globalThis, { shown });
            dialog.showOpenDialog = ((...asked: unknown[]) => {
                shown.push(asked.length > 1 ? asked.at(1) : { ...(asked[0] as object), isAlone: true });
                return Promise.resolve({ canceled: filePath === null, filePaths: filePath === null ? [] : [filePath] });
            }) as typeof dialog.showOpenDialog;
        }, answer);
    const shown = (): Promise<unknown> =>
        screen.app.evaluate(() => (globalThis as unknown as { shown: unknown }).shown);
    const button = (name: string | RegExp): ReturnType<Screen['page']['getByRole']> =>
        screen.page.getByRole('button', { name }).first();

    beforeAll(async () => {
        mkdirSync(chosen);
        aHome('electron');
        screen = await openElectron(home);
        screen.page.setDefaultTimeout(20_000);
    });
    afterAll(() => screen?.close());

    it('a rating set, a figure and its numbers are saved as files that are whole', async () => {
        await screen.app.evaluate(({ session }, to) => {
            session.defaultSession.on('will-download', (_event, item) =>
                item.setSavePath(`${to}/${item.getFilename()}`),
            );
        }, chosen);
        const saved = async (name: RegExp): Promise<string> => {
            await expect
                .poll(() => readdirSync(chosen).find((each) => name.test(each)), { timeout: 20_000 })
                .toBeTruthy();
            return join(
                chosen,
                readdirSync(chosen).find((each) => name.test(each))!,
            );
        };
        const pipe = await pipeOf(screen.page);
        const [row] = await pipe.ask('runs.list', {});
        await pipe.ask('sets.make', { runs: [row!.run], name: 'for Ada', stories: 20 });
        await goTo(screen, '#/rate');
        await button('Export').click();
        await screen.page.getByText(/holds the stories and all ratings/).waitFor();
        const set = await saved(/\.sqlite$/);
        await expect.poll(() => statSync(set).size).toBeGreaterThan(4096);

        await screen.page.locator('input[type=file]').first().setInputFiles(set); // and comes back
        await screen.page.getByText('No rating is in that file; for Ada is as it was.').waitFor();

        await goTo(screen, `#/runs/${row!.run}`);
        await button('Save figure').click();
        await screen.page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
        const picture = await saved(/\.png$/);
        await expect.poll(() => statSync(picture).size).toBeGreaterThan(1000);
        await expect
            .poll(
                () =>
                    statSync(join(chosen, path.basename(picture, '.png') + '.csv'), { throwIfNoEntry: false })?.size ??
                    0,
            )
            .toBeGreaterThan(100);
    });

    it('a model of one’s own is chosen in a window of the system, over this one', async () => {
        const model = join(folder, 'my model.gguf');
        const [probe] = readdirSync(join(root, 'resources', 'probe')).filter((name) => name.endsWith('.gguf'));
        copyFileSync(join(root, 'resources', 'probe', probe!), model);
        await goTo(screen, '#/models?show=teachers');
        await chooses(null);
        await button('Choose…').click();
        await expect.poll(shown).toMatchObject([{ properties: ['openFile'] }]); // thought better of it
        expect(await screen.page.getByRole('textbox', { name: 'Use a file I have' }).inputValue()).toBe('');
        await chooses(model);
        await button('Choose…').click();
        await screen.page.getByText('my model.gguf is now listed as a teacher; your file stays where it is.').waitFor();
        expect(await shown()).toMatchObject([{ title: 'Use a model file', properties: ['openFile'] }]);
        expect(existsSync(join(home, 'models', 'my model.gguf'))).toBe(true);
        const other = join(folder, 'notes.txt');
        writeFileSync(other, 'no model');
        await chooses(other);
        await button('Choose…').click();
        await screen.page.getByText(/notes\.txt is not a GGUF file; nothing was changed/).waitFor();
    });

    it('rubric, corpus and what is imported are chosen like that, too', async () => {
        await goTo(screen, '#/new');
        await button(/^Next: student/).click();
        await button(/^Next: teacher/).click();
        const teacher = screen.page.locator('[id="field-teacher"]');
        await teacher.fill('http://127.0.0.1:1/v1'); // a language model reads a rubric, rules do not
        await teacher.blur();
        const rubric = join(folder, 'mine.md');
        writeFileSync(rubric, 'no rubric at all');
        await chooses(rubric);
        const line = screen.page.locator('.line', { has: screen.page.locator('[id="field-teacher.rubric"]') });
        await line.getByRole('button', { name: 'File…' }).click();
        await expect.poll(() => screen.page.locator('[id="field-teacher.rubric"]').inputValue()).toBe(rubric);

        await goTo(screen, '#/runs');
        await goTo(screen, '#/new?preset=quick');
        await screen.page.getByRole('radio', { name: /^Pretraining/ }).check();
        await button(/^Next: student/).click();
        await chooses(chosen);
        await button('Choose folder…').click();
        await expect.poll(() => screen.page.getByLabel('Corpus', { exact: true }).inputValue()).toBe(chosen);
        await chooses(rubric);
        await button('Choose file…').click();
        await expect.poll(() => screen.page.getByLabel('Corpus', { exact: true }).inputValue()).toBe(rubric);

        await goTo(screen, '#/runs');
        await button('Import').click();
        await chooses(chosen);
        await button('Choose folder…').click();
        await expect.poll(() => screen.page.getByLabel(/^Folder or file/).inputValue()).toBe(chosen);
        await chooses(rubric);
        await button('Choose file…').click();
        await screen.page.keyboard.press('Escape');
    });

    it('complained about nothing', () => {
        expect(screen.complaints).toEqual([]);
    });
});
