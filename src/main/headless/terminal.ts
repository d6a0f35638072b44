/**
 * Makes standard output and error safe to read. Stories of a barely trained student and names from files can hold
 * control characters, which must not reach a terminal or make `grep` take a text file for binary. They are printed as
 * visible marks; machines read the exact text with `--json`.
 */
import { visible } from '../../shared/text/visible.ts';

/**
 * 128 + SIGPIPE: what a shell says of a program whose reader went away. Node ignores the signal and gets an error
 * instead.
 */
const readerWentAway = 141;

/** From now on `console` shows control characters as marks, and a reader that goes away (`| head`) ends the program. */
export function guardStreams(): void {
    const { log, error } = console;
    console.log = (text: string): void => log(visible(text));
    console.error = (text: string): void => error(visible(text));
    for (const stream of [process.stdout, process.stderr])
        stream.on('error', (reason: NodeJS.ErrnoException) => {
            if (reason.code !== 'EPIPE') throw reason;
            process.exit(readerWentAway); // engines end with us; a run is resumed from its last record
        });
}

const notInJson = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** JSON that reads back exactly; what acts on a terminal is escaped, as JSON itself does for the first 32 controls. */
export function plainJson(value: unknown): string {
    return JSON.stringify(value).replace(notInJson, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In lines of about a hundred columns. */
export function wrapped(text: string): string {
    const lines: string[] = [''];
    for (const word of text.split(' ')) {
        if (lines.at(-1)!.length + word.length > 96) lines.push('');
        lines.push(`${lines.pop()!}${word} `);
    }
    return lines.map((line) => line.trimEnd()).join('\n');
}
