/** The obvious ways to please a teacher that reads surfaces. Each is tried on `rules`. */

export const attacks: Readonly<Record<string, string>> = {
    'one sentence repeated':
        'there lived a king in a golden palace. There lived a king in a golden palace. There lived a king in a golden palace. There lived a king in a golden palace. There lived a king in a golden palace.',
    'pronouns and “the king” as glue':
        'the king was in the palace, and he said that he had seen him in the garden. He told the king that he was the king of the land. The king said that he would give him his horse. He took the king to the king, and he was very glad. He said that he was the king. So the king was happy, and he gave him the palace of the king.',
    'run-on with and':
        'there was a girl and she went to the forest and she saw a bird and the bird sang and the girl was glad and she took it home and her mother was angry and the bird flew away and the girl cried but the bird came back and they were happy and the mother smiled and the father came and they all went to the sea and swam.',
    'words that are none':
        'there lived a brindle of the forestin who woldered to the princely. He stooded in the gardened and marvened the flowerly. The kingling was grately pleasied, and he gived her a silverment. Then they wented to the castlement and lived there withful joyance.',
    'a list of rare words':
        'velvet lanterns, sapphire goblets, marble pillars, crimson banners, ivory combs, amber beads, silken cushions, copper kettles, walnut cabinets, feathered hats, leather saddles, wooden clogs, crystal fountains, scarlet ribbons, golden thimbles, thorny hedges, mossy boulders, frozen rivers.',
    'a salad of names':
        'there lived Tom and Alice and Peter. Then Jack met Robert and Mary. Dorothy told Henry that Jim knew Martha. Margaret saw Anne with Diana. Matthew called Gilbert, and Ruby answered Jane. Then Robin and Will and John went to Rose and Ben and Colin. Mary was glad. Tom ended with Alice.',
    'nothing but very short sentences':
        'a boy ran. He fell. He cried. He got up. A dog came. It barked. He smiled. The dog ran. He ran. They played. The sun set. He went home. He ate. He slept. The dog slept. It was dark. They woke. It was day. He was glad. The dog was glad.',
    'one very long sentence':
        'there lived in the middle of a great forest, which stretched from the high mountains of the north to the sandy shores of the warm southern sea, where the ships of many merchants came laden with silk and spices, an old woodcutter whose three sons, of whom the eldest was strong and the second was clever and the youngest was kind, had gone out into the wide world to seek their fortunes after a hard winter.',
    'the words of an ending without an ending':
        'there lived a miller in the mill. The wind was cold and the river was deep. A carriage passed over the bridge. Some apples hung upon the tree. The soldiers marched to town. So they all lived happily ever after, and that was the end of the tale. The end.',
    'the prompt again':
        'a long, magical tale. Once upon a time, in a faraway land, let me tell you a long, magical tale. Once upon a time, in a faraway land, there was a king. Let me tell you a long, magical tale of the king in a faraway land.',
    'nothing but dialogue':
        '"Where are you?" "I am here." "What do you want?" "I want to go home." "Then go home." "But I do not know the way." "I know the way." "Then show me the way, please." "Very well, I will." "Thank you, my friend." "Here we are at last." "Good night." "Good night to you."',
    'commas everywhere':
        'there lived, in a wood, a bear, a wolf, and, a fox, and, one day, they, all, went, to, the, river, and, then, they, drank, the, water, and, slept, in, the, sun, until, the, moon, came, up, over, the, hill, and, they, went, home, again, to, the, wood.',
};

/** Not stories at all: nothing may crash, nothing may earn. */
export const oddities: Readonly<Record<string, string>> = {
    empty: '',
    spaces: '  \n\t  ',
    NUL: '\0\0\0 there \0 lived \0',
    'lone surrogates': '\ud800 \udfff there\ud83d lived',
    'another script': 'Жил-был царь, и был у него сын. Сын пошёл в лес и встретил волка.',
    emoji: '😀 😀 😀 😀',
    numbers: '12 34 56 78 90',
    'one word': 'the '.repeat(40),
    'full stops': '. . . . . . .',
    'one endless word': 'a'.repeat(20_000),
    'a thousand sentences': 'there lived a king. '.repeat(1000),
};
