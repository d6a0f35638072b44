import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { duration, ProgressLine } from '../../src/main/headless/progress-line.ts';

/** A terminal of so many columns, or a pipe. */
function output(columns?: number): { readonly stream: NodeJS.WriteStream; written(): string[] } {
    const written: string[] = [];
    const stream = new Writable({
        write(chunk: Buffer, _, done) {
            written.push(chunk.toString());
            done();
        },
    });
    return {
        stream: Object.assign(stream, { isTTY: columns !== undefined, columns }) as unknown as NodeJS.WriteStream,
        written: () => written.splice(0),
    };
}

it.each([
    [-3, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h 00 min'],
    [90_061, '25 h 01 min'],
])('%d seconds are %s', (seconds, words) => expect(duration(seconds)).toBe(words));

describe('in a terminal', () => {
    it('stays on one line, whatever it has to say, and clears its place', () => {
        const { stream, written } = output(40);
        const line = new ProgressLine(stream, () => 0);
        line.show({ phase: 'learning', step: '3/8', done: 0.5, remainingSeconds: 61, live: 'score 5.12 of 9' });
        const [shown] = written();
        expect(shown).toMatch(/^\r\x1b\[2K━{12}─{12} {2}50 % · learn/);
        expect([...shown!.replace('\r\x1b[2K', '')]).toHaveLength(39);
        line.clear();
        line.clear();
        expect(written()).toEqual(['\r\x1b[2K']);
    });

    it('draws no bar beyond its ends', () => {
        const { stream, written } = output(200);
        const line = new ProgressLine(stream, () => 0);
        line.show({ phase: 'writing', done: 1.7 });
        line.show({ phase: 'writing', done: -1 });
        const shown = written();
        expect(shown.map((text) => text.split('━').length - 1)).toEqual([24, 0]);
        expect(shown.map((text) => /\d+ %/.exec(text)?.[0])).toEqual(['100 %', '0 %']);
    });
});

describe('in a pipe', () => {
    it('writes a plain line for each new phase, and of the phases that come again one every ten seconds', () => {
        const { stream, written } = output();
        let now = 0;
        const line = new ProgressLine(stream, () => now);
        const show = (phase: string, done: number): void => line.show({ phase, done, live: 'score 5.12 of 9' });
        show('writing', 0);
        show('writing', 0.1);
        now = 5000;
        show('rating', 0.2);
        show('writing', 0.25);
        now = 15_001;
        show('rating', 0.3);
        line.clear();
        const lines = written();
        expect(lines).toHaveLength(3);
        expect(lines[0]).toBe(`${'─'.repeat(24)}   0 % · writing · score 5.12 of 9\n`);
        expect(lines.join('')).not.toContain('\x1b');
    });
});
