/** Numbers as people read them. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** "1,234" */
export function count(value: number): string {
    return grouped.format(value);
}

/** "1 run", "3 runs". */
export function counted(value: number, one: string, many = `${one}s`): string {
    return `${count(value)} ${value === 1 ? one : many}`;
}

export function countedStories(value: number): string {
    return counted(value, 'story', 'stories');
}

/** `measured` with a plus before what is above zero. */
export function signed(value: number, digits = 2): string {
    const text = measured(value, digits);
    return Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** Fixed digits with a true minus, and no minus before nothing. */
export function measured(value: number, digits = 2): string {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
