/** Nothing that the window can say is a word of the command line, of the machine or of the code. */
import { expect, it } from 'vitest';
import { configKeys } from '../../src/shared/run/config.ts';
import { textsOfCode, textsOfComponent, windowTexts, type WindowText } from './window-sentences.ts';

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/u, '');
const texts = windowTexts(root);

/** What is said after a number and has to agree with it. */
const counted =
    /…\s+(?:stories|runs|updates|words|tokens|steps|epochs|items|raters|people|minutes|seconds|points|files|sets|times|models|layers|heads|checkpoints|pairs|scores|criteria|passes|students|teachers|evaluations)\b/u;
const setting = new RegExp(
    `(?<![\\w.])(?:${configKeys
        .filter((key) => key.includes('.'))
        .join('|')
        .replaceAll('.', '\\.')})(?![\\w.])`,
    'u',
);

const forbidden: readonly (readonly [string, RegExp])[] = [
    ['an option', /(?:^|[\s(“"])--[a-z]/u],
    ['a command', /\bnpm (?:run|install|start|exec)\b(?! storyloop --$)/u], // which is where commands are made of
    ['a back-tick', /`/u],
    ['a key of a setting', setting],
    [
        'an errno or a signal',
        /\b(?:E(?:NOENT|NOTFOUND|ACCES|PERM|ROFS|IO|NOSPC|CONNREFUSED|CONNRESET)|SIG[A-Z]{3,})\b/u,
    ],
    ['a process id', /\bpid\b|process …/u],
    ['a path of a machine', /(?:^|\s)(?:\/home|\/tmp|\/usr|[A-Z]:\\)/u],
];

it('reads enough of the app to mean something', () => {
    expect(texts.length).toBeGreaterThan(1500);
    const all = new Set(texts.map(({ text }) => text.trim()));
    for (const known of ['Paused; everything is recorded.', 'Stories come with the first update.', 'Batch size'])
        expect(all).toContain(known);
});

it.each(forbidden)('the window says no word of it: %s', (_, pattern) => {
    expect(texts.filter(({ text }) => pattern.test(text)).map(where)).toEqual([]);
});

/** Numbers that are never one, or no whole ones. */
const notCounted: readonly RegExp[] = [
    /^… (?:runs|times)$/u, // said of two or more
    /words each, … ended by themselves/u,
    /(?:stories|tokens) a second/u,
    /^by … points$/u,
    /stories and … raters are the least/u,
    /a picture of … × … points/u,
];
it('a number on the page and its noun agree', () => {
    const wrong = texts.filter(
        ({ file, text }) =>
            file.startsWith('src/renderer/') && counted.test(text) && !notCounted.some((known) => known.test(text)),
    );
    expect(wrong.map(where)).toEqual([]);
});

it('finds what it looks for, in code and in markup', () => {
    const said = [
        ...textsOfCode('const a = badInput(`lower --ppo-batch, please`, "Type: npm run it --now");'),
        ...textsOfComponent('<p title="see `this` one">{count(n)} stories of {run}</p>'),
        ...textsOfComponent("<script>say('ENOENT: no file')</script>"),
    ];
    expect(said).toContain('lower --ppo-batch, please');
    expect(said).toContain('see `this` one');
    expect(said).toContain('… stories of …');
    expect(said).toContain('ENOENT: no file');
    expect(said.some((text) => text.includes('npm run'))).toBe(false);
});

function where({ file, text }: WindowText): string {
    return `${file}: ${text.replace(/\s+/gu, ' ').trim().slice(0, 160)}`;
}
