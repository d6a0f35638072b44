/** Copies text to the clipboard, also where the page was served over plain http. */

/**
 * @returns false where the browser lets this page copy nothing
 */
export async function copyText(text: string): Promise<boolean> {
    if (!window.isSecureContext) return copySelected(text); // plain http has no clipboard
    return navigator.clipboard.writeText(text).then(
        () => true,
        () => copySelected(text), // not permitted, or the window has lost the focus
    );
}

/** As if the person had selected the text and copied it, which every browser permits after a key or a click. */
function copySelected(text: string): boolean {
    const focused = document.activeElement;
    const field = document.createElement('textarea');
    field.className = 'unseen';
    field.value = text;
    document.body.append(field);
    field.focus({ preventScroll: true });
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    return isCopied;
}
