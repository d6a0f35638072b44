/** Remembers the window's bounds when it closes, so that it opens in the same place. */
import fs from 'node:fs';
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

const whole = z.number().int();
const boundsSchema = z.object({
    x: whole,
    y: whole,
    width: whole.min(900),
    height: whole.min(600),
    maximized: z.boolean(),
});
type WindowBounds = z.infer<typeof boundsSchema>;
/** Without x and y the system chooses the position. */
type FirstBounds = Omit<WindowBounds, 'x' | 'y'>;

const atFirst: FirstBounds = { width: 1280, height: 800, maximized: false };

/** Falls back to the bounds of the first start if the file cannot be read or its screen is gone. */
export function readBounds(file: string): WindowBounds | FirstBounds {
    const stored = boundsSchema.safeParse(parsed(file));
    if (!stored.success) return atFirst;
    const isOnScreen = screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, stored.data));
    return isOnScreen ? stored.data : atFirst;
}

export function saveBounds(file: string, window: BrowserWindow): void {
    const bounds: WindowBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    fs.writeFileSync(`${file}.partial`, JSON.stringify(bounds));
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
