/** docs/tour.md shows lines of the code and names files: both must be there as it says. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const fileAt = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const tour = readFileSync(fileAt('docs/tour.md'), 'utf8');
const stops = [...tour.matchAll(/^## (\d+)\. (.+)\n\n`([^`]+)`\n\n```ts\n([\s\S]*?)\n```$/gm)].map(
    ([, number, title, path, excerpt]) => ({ number, title, path: path!, excerpt: excerpt! }),
);
const named = [...tour.matchAll(/`((?:src|test|resources|scripts|docs)\/[^`]+)`/g)].map(([, path]) => path!);

/** Lines without their indentation, which an excerpt has less of. */
const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

describe('the tour', () => {
    it('has twelve stops', () =>
        expect(stops.map(({ number }) => Number(number))).toEqual([...Array(12).keys()].map((i) => i + 1)));

    it.each(stops)('shows lines of $path as they are ($title)', ({ path, excerpt }) => {
        const source = linesOf(readFileSync(fileAt(path), 'utf8')).join('\n');
        expect(source).toContain(linesOf(excerpt).join('\n'));
    });

    it.each([...new Set(named)])('names %s, which is there', (path) => {
        expect(existsSync(fileAt(path))).toBe(true);
    });
});
