/** A name from elsewhere without what moves a cursor, rings a bell or turns the direction of writing. */
export function oneLine(name: string): string {
    return name
        .normalize('NFC')
        .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
        .trim();
}
