/**
 * Names of runs, sets, raters, stories, criteria and tags. Two that look alike are the same name, however they were
 * typed: "é" is one character on one keyboard and two on another, and what is pasted brings characters along that
 * nobody sees. Only comparing leaves those out. What is shown and stored keeps them, for without joiners some emoji and
 * words fall apart.
 */
import { badInput } from '../faults.ts';
import { oneLine } from './one-line.ts';

const longest = 200; // characters
const breaksLine = /[\p{Cc}\u2028\u2029]/u;
const turnsLine = /[\u202a-\u202e\u2066-\u2069]/u;
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;

/** What two names have in common that are the same; empty where there is nothing to see. */
export function nameKey(name: string): string {
    // what stood apart by an unseen character may meet now
    return name.normalize('NFC').replace(/\s+/gu, ' ').replace(unseen, '').trim().normalize('NFC');
}

export function isSameName(a: string, b: string): boolean {
    return a === b || nameKey(a) === nameKey(b);
}

/** The first of each, in their order; those with nothing to see are left out. */
export function distinctNames(names: readonly string[]): readonly string[] {
    const first = new Map<string, string>();
    for (const name of names) {
        const key = nameKey(name);
        if (key !== '' && !first.has(key)) first.set(key, oneLine(name));
    }
    return [...first.values()];
}

/** A name that a person gives, as it is stored. `of`: "a run". @throws bad input, one sentence, where it is none */
export function givenName(typed: string, of: string): string {
    const name = typed.normalize('NFC').trim();
    const refuse = (why: string): Error => badInput(`The name of ${of} ${why}; nothing was changed. Choose another.`);
    if (nameKey(name) === '') throw refuse('cannot be empty');
    if (breaksLine.test(name)) throw refuse('cannot hold line breaks, tabs or other control characters');
    if (turnsLine.test(name)) throw refuse('cannot hold characters that turn the direction of writing');
    if (name.length > longest) throw refuse(`cannot be longer than ${longest} characters`);
    return name;
}
