/** Faults are data: they cross processes, and each says what happened, what is safe and what to do. */
import { describe, expect, it } from 'vitest';
import { badInput, describeFault, FaultError, faultOf, faultSchema, type Fault } from '../../src/shared/faults.ts';

const faults: readonly Fault[] = [
    { kind: 'bad-input', message: 'The corpus is empty.' },
    { kind: 'gpu-out-of-memory', phase: 'learning', microBatch: 8 },
    { kind: 'disk-full', path: '/full' },
    { kind: 'teacher-lost', message: 'no answer' },
    { kind: 'teacher-lost', message: 'no answer', outsideRun: true },
    { kind: 'numbers-not-finite', phase: 'learning', where: 'loss' },
    { kind: 'run-busy', run: 'owl', holder: '12@machine' },
    { kind: 'engine-lost', message: 'signal SIGKILL' },
    { kind: 'exchange-lost', message: 'signal SIGKILL' },
    { kind: 'unexpected', message: 'boom', stack: 'at nowhere' },
];

describe('every fault', () => {
    it('is covered here', () =>
        expect([...new Set(faults.map(({ kind }) => kind))]).toEqual(
            faultSchema.options.map(({ shape }) => shape.kind.value),
        ));

    it.each(faults)('$kind crosses a process boundary and reads as a sentence', (fault) => {
        expect(faultSchema.parse(structuredClone(fault))).toEqual(fault);
        const sentence = describeFault(fault);
        expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
        expect(sentence).not.toMatch(/undefined|\[object/);
        expect(faultOf(new FaultError(fault))).toEqual(fault);
        if (fault.kind !== 'bad-input')
            expect(sentence).toMatch(
                /safe|nothing is lost|nothing that was recorded is lost|undisturbed|last good state/,
            );
    });
});

describe('what was thrown', () => {
    it('becomes a full disk where the system, a quota or SQLite says so', () => {
        expect(faultOf(Object.assign(new Error('write'), { code: 'EDQUOT' })).kind).toBe('disk-full');
        expect(faultOf(Object.assign(new Error('write'), { code: 'ENOSPC', path: '/full/file' }))).toEqual({
            kind: 'disk-full',
            path: '/full/file',
        });
        expect(faultOf(Object.assign(new Error('write'), { code: 'SQLITE_FULL' })).kind).toBe('disk-full');
    });

    it('stays unexpected, with its stack, where nobody knows it', () => {
        expect(faultOf(new TypeError('x is not a function'))).toMatchObject({
            kind: 'unexpected',
            message: 'x is not a function',
            stack: expect.stringContaining('faults.test') as string,
        });
        expect(faultOf('a text')).toEqual({ kind: 'unexpected', message: 'a text', stack: '' });
        expect(faultOf(undefined).kind).toBe('unexpected');
    });

    it('keeps its own sentence when it is bad input', () => expect(describeFault(badInput('No.').fault)).toBe('No.'));
});
