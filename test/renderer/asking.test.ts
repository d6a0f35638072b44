import { describe, expect, it } from 'vitest';
import { hear, Refused } from '../../src/renderer/lib/app/asking.ts';

/** An answer that comes when it is told to. */
function later<T>(): { answer: Promise<T>; resolve(found: T): Promise<void>; reject(error: Error): Promise<void> } {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const taken = promise.then(
        () => undefined,
        () => undefined,
    );
    return {
        answer: promise,
        resolve: (found) => (resolve(found), taken),
        reject: (error) => (reject(error), taken),
    };
}

describe('an answer', () => {
    it('is taken, and a refusal is its sentence', async () => {
        const heard: string[] = [];
        const [first, second] = [later<string>(), later<string>()];
        for (const { answer } of [first, second])
            hear(
                answer,
                (found) => heard.push(found),
                (sentence) => heard.push(`refused: ${sentence}`),
            );
        await first.resolve('a story');
        await second.reject(new Refused('There is no such run.'));
        expect(heard).toEqual(['a story', 'refused: There is no such run.']);
    });

    it('that comes after the end is not heard', async () => {
        const heard: string[] = [];
        const [first, second] = [later<string>(), later<string>()];
        for (const { answer } of [first, second])
            hear(
                answer,
                (found) => heard.push(found),
                (sentence) => heard.push(sentence),
            )();
        await first.resolve('a story');
        await second.reject(new Refused('There is no such run.'));
        expect(heard).toEqual([]);
    });
});
