/** Numbers as people read them. */

let grouped: Intl.NumberFormat | undefined; // made when it is needed: a tenth of a short command's time

/** "1,234" */
export function count(value: number): string {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
    grouped ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
    return grouped.format(value);
}

/** Three digits that count, with the unit that a large number asks for: "950", "12.4 k", "1.25 M", "3.2 G". */
export function rounded(value: number): string {
    const units = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
    const size = Math.abs(value) < 1 ? 0 : Math.floor(Math.log10(Number(Math.abs(value).toPrecision(3))) / 3);
    const unit = Math.min(size, units.length - 1);
    return `${String(Number((value / 1000 ** unit).toPrecision(3))).replace('-', '−')}${units[unit]!}`;
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
