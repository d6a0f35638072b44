/** Stories written for these tests. They go on where the prompt breaks off. */

export const prompt = 'Let me tell you a long, magical tale. Once upon a time, in a faraway land,';

/** Told by a person: somebody wants something, something happens, and it ends. */
export const goodStories: readonly string[] = [
    "there lived a poor miller who had only one daughter. Every evening the girl carried bread to an old woman in the forest. One night the snow lay so deep that she lost her way. Then a grey owl called from a pine, and flew before her from branch to branch until she saw the light of her father's mill. The girl never forgot the owl, and each winter she left a crust for it upon the window.",
    'a young fisherman found a silver ring in the belly of a fish. He took the ring to the queen, for he was honest and did not wish to keep what was not his own. "I lost it when I was a child," said the queen, and tears came into her eyes. She gave the fisherman a strong new boat, and he sailed it as long as he lived. But he always said that the fish had been the real giver.',
    'there was a small dragon who was afraid of the dark. While his brothers hunted over the hills at night, he sat beside a candle and trembled. At last a mouse crept out of the wall and told him that the stars were only candles, lit by somebody who was afraid as well. The dragon looked up for a long time. After that he flew with his brothers every night, and the mouse rode upon his back.',
    'a shepherd boy heard a voice that cried for help from an empty well. He let down his rope, and up came a hare with a golden collar. "You have saved me from the witch," said the hare, "and I will serve you for a year." So the hare kept the sheep while the boy slept in the grass. When the year was over the two were such good friends that neither of them wished to part.',
    'an old king had a garden where nothing would grow. He sent for gardeners from every country, but the ground stayed hard and bare. Then a beggar came to the gate and asked for water. The king himself brought her a cup, and where a few drops fell upon the earth a rose sprang up. From that day the king carried water to all who were thirsty, and his garden was soon full of flowers.',
    "two sisters shared a cottage by the sea. The elder was proud of her voice, and the younger could only whistle. One morning a thick mist covered the bay, and their father's boat did not come home. The elder sang until she was hoarse, but the wind blew her song away. The younger put two fingers to her lips and whistled, and the old man heard it and steered safely to the shore.",
];

/** Sentences of the good stories, dealt out so that neighbours have nothing to do with each other. */
export function unrelatedStories(): string[] {
    const sentences = goodStories.map((story) => story.split(/(?<=[.!?]"?) (?=["A-Z])/u));
    return sentences.map((own, first) =>
        own
            .map((_, at) => sentences[(first + at) % sentences.length]![at]!)
            .filter((text) => text !== undefined)
            .join(' '),
    );
}
