/** The story that is being read, the one pinned beside it, and the stories marked for the rating desk. */
import { untrack } from 'svelte';
import type { RunDetails } from '../../../shared/views/runs.ts';
import type { WholeStory } from '../../../shared/views/stories.ts';
import { Resource, resource } from '../app/resource.svelte.ts';
import { ask } from '../workshop.svelte.ts';

export class StoryReader {
    /** The run whose stories these are. A refusal is not reported here: the list of stories reports it. */
    readonly details: Resource<RunDetails>;
    /** Numbers of the stories that are marked. */
    marked = $state.raw<ReadonlySet<number>>(new Set());
    #pinnedEpisode = $state<number | null>(null); // its text may not be here yet
    readonly #read = new Resource<WholeStory>();
    readonly #pinned = new Resource<WholeStory>();

    /**
     * Create it while a component is set up. Pin and marks belong to a run and go when another is opened.
     * @param wanted the episode to read
     */
    constructor(run: () => string | null, wanted: () => number | null) {
        $effect(() => {
            void run();
            this.#pinnedEpisode = null;
            this.marked = new Set();
        });
        this.details = resource(
            () => {
                const opened = run();
                return opened === null ? null : ask('run.read', { run: opened });
            },
            { clears: true },
        );
        $effect(() => {
            const [opened, episode] = [run(), wanted()];
            if (opened === null || episode === null) return void this.#read.clear();
            return this.#read.follow(ask('story.read', { run: opened, episode }), {
                refused: () => this.#read.clear(),
            });
        });
        $effect(() => {
            const [opened, episode] = [run(), this.#pinnedEpisode];
            const known = untrack(() => [this.pinned, this.read].find((story) => story?.episode === episode));
            if (opened === null || episode === null || known) return void (this.#pinned.value = known ?? null);
            return this.#pinned.follow(ask('story.read', { run: opened, episode }), {
                refused: () => (this.#pinnedEpisode = null),
            });
        });
    }

    get read(): WholeStory | null {
        return this.#read.value;
    }
    get pinned(): WholeStory | null {
        return this.#pinned.value;
    }

    /** Pins an episode, or unpins it. */
    pin(episode: number | null): void {
        this.#pinnedEpisode = this.#pinnedEpisode === episode ? null : episode;
    }

    /** Marks a story by its number, or takes the mark away. */
    mark(number: number): void {
        this.marked = this.marked.symmetricDifference(new Set([number]));
    }

    /** Pins the story that is read. Returns the episode to read instead; null where nothing is pinned. */
    swap(): number | null {
        const { read, pinned } = this;
        if (!read || !pinned) return null;
        this.#pinned.value = read;
        this.#pinnedEpisode = read.episode;
        return pinned.episode;
    }

    /** A story that was rated meanwhile. */
    update(story: WholeStory): void {
        for (const shown of [this.#read, this.#pinned]) if (shown.value?.episode === story.episode) shown.value = story;
    }
}
