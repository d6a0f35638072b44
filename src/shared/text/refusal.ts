/** What the refusal of a graphics processor ends with: that nothing is lost, and how to do without. */
export const nothingStarted = 'Nothing was started. Choose the runtime native to compute on the processor.';

/** The same refusal for whoever computes on the processor anyway: why there is no device, and nothing else. */
export function whyAlone(refusal: string): string {
    return refusal.replace(nothingStarted, '').replaceAll('  ', ' ').trim();
}
