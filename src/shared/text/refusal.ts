import type { SettingKey } from '../settings/names.ts';

/** What the refusal of a GPU ends with: that nothing is lost, and how to do without. */
export function nothingStarted(name: (key: SettingKey) => string): string {
    return `Nothing was started. To compute on the processor, choose ${name('runtime.kind')} native.`;
}

const anyNothingStarted = new RegExp(nothingStarted(() => '\\S+'));

/** The same refusal for whoever computes on the processor anyway: why there is no device, and nothing else. */
export function whyAlone(refusal: string): string {
    return refusal.replace(anyNothingStarted, '').replaceAll('  ', ' ').trim();
}
