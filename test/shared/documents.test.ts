/** Documents that repeat what the code says must say the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationDocs } from '../../scripts/configuration-docs.ts';
import { describeFault, faultSchema, type Fault } from '../../src/shared/faults.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/configuration.md is what the table of settings says (else: npm run make:docs)', () => {
    expect(read('docs/configuration.md')).toBe(configurationDocs());
});

describe('docs/troubleshooting.md explains every fault in its own words', () => {
    const troubleshooting = read('docs/troubleshooting.md').replace(/\s+/g, ' ');
    const kinds = faultSchema.options.map(({ shape }) => shape.kind.value).filter((kind) => kind !== 'bad-input');
    it.each(kinds)('%s', (kind) => {
        const gaps = new Proxy({ kind }, { get: (fault, name) => (name === 'kind' ? fault.kind : '…') });
        expect(troubleshooting).toContain(describeFault(gaps as unknown as Fault));
    });
});
