/** Documents that repeat what the code says must say the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationDocs } from '../../scripts/configuration-docs.ts';
import { describeFault, faultSchema, type Fault } from '../../src/shared/faults.ts';
import { checkpointSchema, evaluationSchema, pretrainSchema, updateSchema } from '../../src/shared/run/record.ts';

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

describe('docs/file-formats.md shows lines as they are printed', () => {
    const blocks = read('docs/file-formats.md').matchAll(/```json\n(.*?)```/gs);
    const lines = [...blocks].flatMap(([, block]) => block!.trim().split('\n'));
    const examples = lines.map((line) => JSON.parse(line) as { readonly type: string; readonly version: number });
    const schemas = {
        update: updateSchema,
        evaluation: evaluationSchema,
        checkpoint: checkpointSchema,
        pretrained: pretrainSchema,
        fault: faultSchema,
    };

    it('each with its type and version', () => {
        expect(examples.map(({ version }) => version)).toEqual(examples.map(() => 1));
        const types =
            'run ready note progress pretrained update evaluation checkpoint story paused fault result serving bench';
        expect([...new Set(examples.map(({ type }) => type))]).toEqual(types.split(' '));
    });

    it.each(Object.entries(schemas))('%s', (name, schema) => {
        const shown = examples.filter(({ type }) => type === name);
        expect(shown).not.toEqual([]);
        // parsed: every field of ours is there
        for (const fields of shown) expect(fields).toMatchObject(schema.parse(fields) as Record<string, unknown>);
    });
});
