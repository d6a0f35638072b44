/** Words of others, such as a server or a model, on their way into a sentence of ours. */

const longest = 300; // characters

/** On one line, without control or invisible characters, and no longer than a person reads. */
export function quotable(text: string, most = longest): string {
    const plain = text
        .toWellFormed()
        .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
        .replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, '') // also what turns the direction of a line
        .trim();
    const characters = Array.from(plain.slice(0, 2 * most + 1)); // a character is at most two units
    return characters.length > most ? `${characters.slice(0, most).join('').trimEnd()}…` : plain;
}

/**
 * A reply without an answer: empty, or the beginning of thoughts. A model that thinks first spends on them the few
 * tokens that an answer is given.
 */
export function isThoughtAlone(reply: string): boolean {
    return /^\s*($|<\|?(think|thinking|thought|reasoning|channel)\b|\[think\])/i.test(reply);
}
