/** Commands that we suggest can be pasted into a shell whatever a name or a path holds. */

const plain = /^[\p{L}\p{N}_%+=:,./@-]+$/u;

/** The value of an option, or any word that cannot be taken for one: quoted where a shell would read more into it. */
export function shellWord(word: string): string {
    return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A word that stands by itself: what begins like an option has to come after "--". */
export function shellArgument(word: string): string {
    return word.startsWith('-') ? `-- ${shellWord(word)}` : shellWord(word);
}
