/**
 * What Electron's shell and the backend process say to each other. The shell carries pages' messages without reading
 * them, and starts processes for the backend: with Electron's fuses set nothing else can. Both come from one build.
 */
import type { Checked } from './app.ts';

export type ChoosePurpose = Checked<'path.choose'>['purpose'];

export type ToBackend =
    | { readonly to: 'page-opened' | 'page-closed'; readonly page: number }
    | { readonly to: 'page-message'; readonly page: number; readonly message: unknown }
    | { readonly to: 'child-message'; readonly child: number; readonly message: unknown }
    /** How it ended, in words: "exit code 1". */
    | { readonly to: 'child-gone'; readonly child: number; readonly words: string }
    /** The file or folder that the person chose, or the printed page as base64; null: none. */
    | { readonly to: 'answered'; readonly ask: number; readonly answer: string | null }
    /** Pause what is at work and end. */
    | { readonly to: 'close' };

export type FromBackend =
    | { readonly from: 'page-message'; readonly page: number; readonly message: unknown }
    | { readonly from: 'child-start'; readonly child: number; readonly entry: string }
    | { readonly from: 'child-message'; readonly child: number; readonly message: unknown }
    /** It ends at once, and says why. */
    | { readonly from: 'refused'; readonly sentence: string }
    /** Let the person choose a file or a folder in a window of the system. */
    | { readonly from: 'path-choose'; readonly ask: number; readonly purpose: ChoosePurpose }
    /** Print what the window's page shows as a PDF. */
    | { readonly from: 'page-print'; readonly ask: number }
    /** Ends it; where it can notice that nobody listens any more, it has so long to do so itself. */
    | { readonly from: 'child-end'; readonly child: number; readonly patienceMs: number };
