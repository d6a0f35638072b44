/** Saves files from the page and reads files into it. */

/** Hands a file to the person: the browser's downloads, or the window's own dialog. */
export function saveFile(name: string, content: Blob): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const partBytes = 384 * 1024; // a message that any pipe carries, and a whole number of groups of three

/** The file in parts, each as base64. */
export async function* base64PartsOf(file: Blob): AsyncGenerator<string> {
    for (let at = 0; at === 0 || at < file.size; at += partBytes) {
        yield base64Of(new Uint8Array(await file.slice(at, at + partBytes).arrayBuffer()));
    }
}

export function base64Of(bytes: Uint8Array): string {
    let characters = '';
    for (let i = 0; i < bytes.length; i += 4096) characters += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return btoa(characters);
}
