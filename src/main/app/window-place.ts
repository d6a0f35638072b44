/** Where the window was when it was closed, so that it opens there again. */
import fs from 'node:fs';
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

const whole = z.number().int();
const placeSchema = z.object({
    x: whole,
    y: whole,
    width: whole.min(900),
    height: whole.min(600),
    maximized: z.boolean(),
});
type Place = z.infer<typeof placeSchema>;
/** Without x and y the system chooses. */
type FirstPlace = Omit<Place, 'x' | 'y'>;

const atFirst: FirstPlace = { width: 1280, height: 800, maximized: false };

/** A place that cannot be read, or lies on a screen that is gone, is the first one again. */
export function readPlace(file: string): Place | FirstPlace {
    const stored = placeSchema.safeParse(parsed(file));
    if (!stored.success) return atFirst;
    const isOnScreen = screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, stored.data));
    return isOnScreen ? stored.data : atFirst;
}

export function rememberPlace(file: string, window: BrowserWindow): void {
    const place: Place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    fs.writeFileSync(`${file}.partial`, JSON.stringify(place));
    fs.renameSync(`${file}.partial`, file);
}

function overlaps(screen: Rectangle, window: Rectangle): boolean {
    const across = Math.min(screen.x + screen.width, window.x + window.width) - Math.max(screen.x, window.x);
    const down = Math.min(screen.y + screen.height, window.y + window.height) - Math.max(screen.y, window.y);
    return across > 100 && down > 100; // enough of it to be grabbed
}

function parsed(file: string): unknown {
    try {
        return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch {
        return null;
    }
}
