import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRulesFile } from '../../src/main/teacher/rules/statistics-file.ts';
import { goodStories } from './stories.ts';

const shipped = 'resources/teacher/english.rules';
let folder: string;
beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function changed(change: (bytes: Buffer) => Buffer): string {
    const path = join(folder, 'changed.rules');
    writeFileSync(path, change(readFileSync(shipped)));
    return path;
}

describe('the file of statistics', () => {
    test('is at most 2 MB', () => {
        expect(readFileSync(shipped).length).toBeLessThan(2_000_000);
    });

    test('knows words, their kinds and what was seen together', () => {
        const { statistics } = readRulesFile(shipped);
        const id = (word: string): number => statistics.tables.vocabulary.words.indexOf(word);
        expect(id('dragon')).toBeGreaterThan(0);
        expect(id('florbish')).toBe(-1);
        expect(statistics.rarityOf(id('dragon'))).toBeGreaterThan(statistics.rarityOf(id('the')));
        expect(statistics.hasPair(id('the'), id('king'))).toBe(true);
        expect(statistics.hasPair(id('the'), id('of'))).toBe(false);
    });

    test.each([
        ['missing', () => join(folder, 'none.rules'), /cannot read its statistics/u],
        [
            'of another kind',
            () => changed(() => Buffer.from('nothing of the sort, but long enough to be read as a header')),
            /not a file of the rules teacher/u,
        ],
        ['cut short', () => changed((bytes) => bytes.subarray(0, bytes.length - 100)), /damaged/u],
        ['changed in one bit', () => changed((bytes) => ((bytes[5000]! ^= 1), bytes)), /damaged/u],
        ['newer', () => changed((bytes) => (bytes.writeUInt32LE(9, 8), bytes)), /version 9/u],
    ])('%s: refused in one sentence', (_, path, sentence) => {
        expect(() => readRulesFile(path())).toThrow(sentence);
    });

    test('the same corpus gives the same file, bit for bit', () => {
        const corpus = join(folder, 'corpus');
        mkdirSync(corpus);
        // 300 documents: the good stories in different orders, so that one in fifty can be kept out
        const documents = Array.from(
            { length: 300 },
            (_, i) =>
                goodStories.map((_story, j) => goodStories[(i * 5 + j * (1 + (i % 5))) % 6]!).join('\n') +
                `\nIt was tale ${'i'.repeat(i)}.`,
        );
        writeFileSync(join(corpus, 'tales.train'), documents.join('\n\n'));
        const make = (name: string): Buffer => {
            execFileSync(process.execPath, ['scripts/make-rules.ts', corpus, join(folder, name)], { stdio: 'pipe' });
            return readFileSync(join(folder, name));
        };
        expect(make('first.rules').equals(make('second.rules'))).toBe(true);
        expect(readRulesFile(join(folder, 'first.rules')).statistics.tables.vocabulary.words).toContain('dragon');
    });
});
