/** Teachers as people call them: what tells two makes of one teacher apart is left out where nobody needs it. */

/** A teacher whose id ends in a digest of what it was made from, as `reader-61bff127bdde`. */
const made = /^(reader|second-reader|ensemble)-[0-9a-f]{12}/u;

/** "reader"; the whole id where another one of them would be called the same. */
export function teacherName(id: string, all: readonly string[]): string {
    const plain = (of: string): string => of.replace(made, '$1');
    return all.some((other) => other !== id && plain(other) === plain(id)) ? id : plain(id);
}
