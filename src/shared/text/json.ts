/** The value that a text describes as JSON; undefined, which no schema accepts, where it describes none. */
export function jsonOf(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return undefined;
    }
}
