/** The list of messages on screen, and which of them a new one replaces. */

export interface Said {
    readonly id: number;
    readonly text: string;
    readonly isFault: boolean;
    readonly undo: (() => void) | null;
    /** What it speaks of, as "state of <run>": the next sentence about that takes its place. Null: it stands alone. */
    readonly about: string | null;
}

const most = 3;

/** The new one last. The same sentence is never there twice, and a fault is never pushed out by what merely passes. */
export function withSaid(said: readonly Said[], next: Said): readonly Said[] {
    const others = said.filter(({ text, about }) => text !== next.text && (about === null || about !== next.about));
    const oldest = others.find(({ isFault }) => !isFault) ?? others[0];
    return [...(others.length >= most ? others.filter((each) => each !== oldest) : others), next];
}

/** What went wrong has gone well since: nothing about it is left to be read. */
export function withoutFaultsAbout(said: readonly Said[], about: string): readonly Said[] {
    return said.filter((each) => !(each.isFault && each.about === about));
}
