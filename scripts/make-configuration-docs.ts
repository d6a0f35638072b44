/** Writes docs/configuration.md: npm run make:docs */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationDocs } from './configuration-docs.ts';

writeFileSync(fileURLToPath(new URL('../docs/configuration.md', import.meta.url)), configurationDocs());
