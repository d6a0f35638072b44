/** Short excerpts of stories. */

/** Paragraphs of a text: lines that are empty or single line breaks part them; spaces at their ends do not count. */
export function paragraphs(text: string): readonly string[] {
    return text
        .split(/\n+/u)
        .map((each) => each.trim())
        .filter((each) => each !== '');
}

/** The beginning of a story in one line, after dots that stand for its prompt. */
export function excerpt(story: string): string {
    const text = story.replace(/\s+/gu, ' ').trim();
    return text === '' ? '… (nothing)' : `…${text}`;
}
