/** The catalogue and the shelf of models. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
    catalogueModel,
    downloadAddress,
    fitsMachine,
    readCatalogue,
    type CatalogueModel,
} from '../../../src/main/service/models/catalogue.ts';
import { addModel, findModel, modelsOnShelf } from '../../../src/main/service/models/shelf.ts';

const scratch = mkdtempSync(join(tmpdir(), 'storyloop-models-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let home = '';
beforeEach(() => (home = mkdtempSync(join(scratch, 'home-'))));

const gguf = Buffer.from('GGUF and the rest of a small model');
const small: CatalogueModel = {
    ...readCatalogue()[0]!,
    id: 'small',
    file: 'Small-Q4.gguf',
    bytes: gguf.length,
    sha256: createHash('sha256').update(gguf).digest('hex'),
};

function myFile(name: string, content: Uint8Array = gguf): string {
    const file = join(home, name);
    writeFileSync(file, content);
    return file;
}

describe('the catalogue', () => {
    it('pins every model to a commit, with licence, size and hash', () => {
        for (const { revision, sha256, licence, context } of readCatalogue()) {
            expect(revision).toMatch(/^[0-9a-f]{40}$/);
            expect(sha256).not.toBeNull();
            expect(licence).toMatch(/Licen[cs]e|^Apache 2\.0$|^MIT$/);
            expect(context).toBeGreaterThanOrEqual(2048);
        }
    });

    it('asks Hugging Face, or the mirror that HF_ENDPOINT names', () => {
        const model = catalogueModel(readCatalogue(), 'llama-3.2-1b');
        const path = `bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/${model.revision}/Llama-3.2-1B-Instruct-Q4_K_M.gguf`;
        expect(downloadAddress(model, {})).toBe(`https://huggingface.co/${path}`);
        expect(downloadAddress(model, { HF_ENDPOINT: 'http://127.0.0.1:8/mirror/' })).toBe(
            `http://127.0.0.1:8/mirror/${path}`,
        );
        expect(() => downloadAddress(model, { HF_ENDPOINT: 'mirror' })).toThrow(
            /^HF_ENDPOINT cannot be "mirror"; nothing was downloaded\./,
        );
        expect(() => catalogueModel(readCatalogue(), 'gpt-5')).toThrow(/has no model "gpt-5"; .* llama-3\.1-8b/);
    });

    it('says where a model fits', () => {
        const large = catalogueModel(readCatalogue(), 'llama-3.1-8b');
        expect(fitsMachine(large, { memory: 64e9, gpuMemory: 24e9 })).toBe('graphics');
        expect(fitsMachine(large, { memory: 64e9, gpuMemory: 4e9 })).toBe('processor');
        expect(fitsMachine(large, { memory: 64e9, gpuMemory: null })).toBe('processor');
        expect(fitsMachine(large, { memory: 7e9, gpuMemory: null })).toBe('no');
    });
});

describe('the shelf', () => {
    it('tells the whole from the unfinished and the person’s own', async () => {
        const folder = join(home, 'models');
        mkdirSync(folder);
        writeFileSync(join(folder, 'Small-Q4.gguf.partial'), gguf.subarray(0, 10));
        writeFileSync(join(folder, 'own.gguf'), gguf);
        expect(modelsOnShelf(home, [small]).map(({ model, done, bytes }) => [model?.id, done, bytes])).toEqual([
            ['small', 10, gguf.length],
            [undefined, gguf.length, gguf.length],
        ]);
        expect(() => findModel('small', home, [small])).toThrow(
            /^The model "small" is not wholly downloaded; nothing was started\. Download it first \(models download small\)\.$/,
        );
        expect(findModel('own', home, [small])).toBe(join(folder, 'own.gguf'));
        expect(findModel('rules', home, [small])).toBeUndefined();
    });

    it('takes a file in without copying it, and knows one of the catalogue by its hash', async () => {
        const file = await addModel(myFile('renamed.bin'), home, [small]);
        expect(file).toBe(join(home, 'models', 'Small-Q4.gguf'));
        expect(readFileSync(file)).toEqual(gguf);
        expect(findModel('small', home, [small])).toBe(file);
        expect(await addModel(join(home, 'renamed.bin'), home, [small])).toBe(file); // again
        const foreign = await addModel(myFile('mine.gguf', Buffer.concat([gguf, gguf])), home, [small]);
        expect(findModel('MINE.gguf', home, [small])).toBe(foreign);
    });

    it('finds a file that is named from the home folder, where no shell has read the name', async () => {
        vi.stubEnv('HOME', home);
        onTestFinished(() => void vi.unstubAllEnvs());
        myFile('mine.gguf');
        expect(await addModel('~/mine.gguf', home, [])).toBe(join(home, 'models', 'mine.gguf'));
        await expect(addModel('~mine.gguf', home, [])).rejects.toThrow(/^There is no file at ".*~mine\.gguf"/);
    });

    it.each([
        ['that is missing', () => 'nowhere.gguf', /^There is no file at ".*nowhere\.gguf"; nothing was changed\./],
        ['that is no model', () => myFile('a.gguf', Buffer.from('PK')), /a\.gguf is not a GGUF file; nothing was/],
        ['that is a folder', () => home, /is not a GGUF file; nothing was changed/],
    ])('refuses a file %s', async (_, path, says) => {
        await expect(addModel(path(), home, [small])).rejects.toThrow(says);
    });

    it('never replaces a model of the same name', async () => {
        mkdirSync(join(home, 'models'));
        writeFileSync(join(home, 'models', 'mine.gguf'), 'GGUF other');
        await expect(addModel(myFile('mine.gguf'), home, [])).rejects.toThrow(
            /^There is already another model called mine\.gguf here; it was left as it is\. Rename your file/,
        );
    });
});
