/** Writes the language model that the device check runs in llama.cpp: random weights, about a hundred kilobytes. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeModel } from '../test/teacher/llama/tiny-llama.ts';

const folder = fileURLToPath(new URL('../resources/probe/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeModel(folder, { layers: 2, context: 512, type: 'F16', chatTemplate: null }, 'random-llama.gguf');
