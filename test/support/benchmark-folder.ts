/** Folders of benchmarks with texts of our own, in the formats of the challenge. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const names = ['owl', 'wren', 'fox', 'miller', 'king', 'sister', 'goose', 'tailor'];
const places = ['under the roof', 'by the well', 'in the wood', 'on the hill', 'behind the mill'];

/** Pairs in BLiMP's format, all different. */
export function pairs(count: number): string {
    return Array.from({ length: count }, (_, i) => {
        const rest = `${places[i % places.length]!} with ${i} ${names[(i * 3) % names.length]!}s`;
        const [good, bad] = ['sleep', 'sleeps'].map((verb) => `The ${names[i % names.length]!}s ${verb} ${rest}.`);
        const labels = {
            field: 'morphology',
            linguistics_term: 'subject_verb_agreement',
            UID: 'own_agreement',
            pairID: `${i}`,
        };
        return JSON.stringify({ sentence_good: good, sentence_bad: bad, ...labels });
    }).join('\n');
}

/** Questions of entity tracking; every fourth is longer than a small student reads. */
export function tracked(count: number): string {
    return Array.from({ length: count }, (_, i) => {
        const longer = i % 4 === 0 ? 'Nothing is moved. '.repeat(60) : '';
        const prefix = `Box 0 contains the ${names[i % names.length]!}. ${longer}Box 0 contains `;
        const options = ['bell', 'ring', 'star', 'drum'].map((thing) => `the ${thing}.`);
        return JSON.stringify({
            sample_id: i,
            numops: i % 2,
            input_prefix: prefix,
            example_id: i,
            options: [`the ${names[i % names.length]!}.`, ...options],
        });
    })
        .sort((a, b) => (JSON.parse(a) as { numops: number }).numops - (JSON.parse(b) as { numops: number }).numops)
        .join('\n');
}

export function folderOf(home: string, files: Readonly<Record<string, string>>): string {
    const folder = join(home, 'evaluation_data');
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
    }
    return folder;
}
