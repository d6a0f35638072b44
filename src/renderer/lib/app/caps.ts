/** Key names as printed on a keyboard. */
const caps: Readonly<Record<string, string>> = {
    ' ': 'Space',
    Escape: 'Esc',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
};

/** `Ctrl+k` → Ctrl, K. */
export function capsOf(key: string): readonly string[] {
    return key.split(/(?<=.)\+/u).map((part) => caps[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
