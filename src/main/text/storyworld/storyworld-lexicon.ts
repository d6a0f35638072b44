/**
 * The material of the storyworld: beings, places, wishes, hindrances and those who can help with them. Every entry
 * carries the sentences that belong to it, so whatever is drawn together stays coherent. Slots in braces are filled by
 * storyworld.ts.
 */

export type Gender = 'he' | 'she';

export const names: Readonly<Record<Gender, readonly string[]>> = {
    she: (
        'Ada Anna Bella Bess Clara Cora Daisy Dora Edith Ella Elsa Emma Esther Flora Freya Greta Hazel Heidi Ida Ines Iris ' +
        'Ivy Jenny Juno Kitty Leila Lena Lily Lucy Mabel Maja Mara May Mina Mira Molly Nell Nina Nora Olga Petra Polly ' +
        'Rosa Ruby Ruth Selma Sofia Tess Tilly Una Vera Wanda Willa Zoe'
    ).split(' '),
    he: (
        'Adam Albert Alfie Anton Arlo Basil Ben Boris Bruno Carl Casper Cyrus David Edgar Elias Emil Felix Finn Franz Fritz ' +
        'George Gus Hans Hugo Igor Ivan Jack Jacob Jasper Jonas Karim Kurt Leo Linus Luca Magnus Marco Max Milo Nico ' +
        'Noah Oscar Otto Paul Percy Peter Ravi Robin Rufus Sam Simon Theo Tobias Tom Victor Walter'
    ).split(' '),
};

/** A kind of protagonist, gendered where the word is, and the homes it may have. */
export interface HeroKind {
    readonly kind: string;
    readonly gender?: Gender;
    readonly homes: readonly string[];
}

const houses: readonly string[] = [
    'in a cottage at the edge of the wood',
    'in a small stone house by the sea',
    'in a crooked house on a windy hill',
    'in a village between two rivers',
    'above a bakery in a sleepy town',
    'in an old mill beside a stream',
    'on a farm at the foot of the mountains',
    'in a tiny hut near the harbour',
    'in a yellow house at the end of a lane',
    'in a tower with a garden on its roof',
];
const castles: readonly string[] = [
    'in a white castle above the clouds',
    'in a castle with a hundred windows',
    'in a quiet palace by a lake',
    'in a grey castle beside the sea',
    'in a palace full of clocks',
];
const burrows: readonly string[] = [
    'under the roots of an old oak',
    'in a warm burrow below the hill',
    'behind a hedge of wild roses',
    'in a hollow tree near the pond',
    'at the edge of a green meadow',
    'in the reeds beside a slow river',
    'among the stones of a ruined wall',
    'in the deepest part of the forest',
];

export const heroKinds: readonly HeroKind[] = [
    ...[
        'girl',
        "miller's daughter",
        "fisherman's daughter",
        "baker's daughter",
        'shepherdess',
        'goose girl',
        'seamstress',
    ].map((kind) => ({ kind, gender: 'she' as const, homes: houses })),
    ...['boy', "miller's son", "fisherman's son", "woodcutter's son", 'shepherd boy', 'stable boy', 'tailor'].map(
        (kind) => ({
            kind,
            gender: 'he' as const,
            homes: houses,
        }),
    ),
    { kind: 'princess', gender: 'she', homes: castles },
    { kind: 'prince', gender: 'he', homes: castles },
    { kind: 'queen', gender: 'she', homes: castles },
    { kind: 'king', gender: 'he', homes: castles },
    ...[
        'fox',
        'rabbit',
        'hedgehog',
        'mouse',
        'badger',
        'squirrel',
        'otter',
        'hare',
        'mole',
        'frog',
        'bear',
        'deer',
    ].map((kind) => ({
        kind,
        homes: burrows,
    })),
];

export const natures: readonly string[] = (
    'little young shy clever gentle curious quiet merry brave kind lonely cheerful patient stubborn dreamy careful ' +
    'honest lively thoughtful friendly'
).split(' ');

export const relatives: Readonly<Record<Gender, readonly string[]>> = {
    she: ['mother', 'grandmother', 'sister', 'aunt', 'little sister', 'old nurse'],
    he: ['father', 'grandfather', 'brother', 'uncle', 'little brother', 'old teacher'],
};

/** Something worth setting out for: why it is needed, and what it brings about in the end. */
export interface Wish {
    readonly things: readonly string[];
    /** how it waits to be found; "lay" where nothing else is said */
    readonly waits?: string;
    readonly why: readonly string[];
    readonly end: readonly string[];
}

export const wishes: readonly Wish[] = [
    {
        things: [
            'blue lily',
            'white rose',
            'silver herb',
            'golden apple',
            'red berry',
            'moon berry',
            'snow flower',
            'sweet root',
        ],
        why: [
            '{Kin} lay ill, and only {a thing} could help.',
            'All winter {kin} had been sick and needed {a thing}.',
            'One autumn {kin} fell ill. "Bring me {a thing}," said the doctor.',
            '{Kin} had a fever that nothing but {a thing} could cool.',
        ],
        end: [
            '{Hero} made tea from {thing}, and by morning {kin} was laughing again.',
            'As soon as {kin} tasted {thing}, {kin.he} asked for soup.',
            '{Kin} slept with {thing} under {kin.his} pillow and woke up well.',
            'With {thing} in the house, the fever was soon gone.',
        ],
    },
    {
        things: [
            'silver bell',
            'wooden flute',
            'gold ring',
            'music box',
            'little drum',
            'brass lantern',
            'ivory comb',
            'old fiddle',
        ],
        why: [
            'Long ago {kin} had lost {a thing} and still sighed for it.',
            'Thieves had stolen the treasure of {kin}, {a thing}.',
            '{Kin} never smiled, because {kin.his} {thing.bare} was gone.',
            '"If only I had my {thing.bare} back," {kin} used to say.',
        ],
        end: [
            'When {hero} laid {thing} in {kin.his} lap, {kin} cried for joy.',
            '{Kin} held {thing} close and smiled for the first time in years.',
            'That evening {kin} danced around the table.',
            '"My {thing.bare}!" cried {kin}, and they all sat up late and told stories.',
        ],
    },
    {
        things: ['rain stone', 'blue pearl', 'cloud shell', 'storm feather', 'water drum', 'thunder horn'],
        why: [
            'No rain had fallen for a year, and only {a thing} could call it.',
            'The wells were dry, and {kin} spoke of {a thing} that brought rain.',
            'The fields were brown, and nothing but {a thing} would wake the rain.',
            'Every stream was dry, and {hero} knew that {a thing} could fill them.',
        ],
        end: [
            '{Hero} held {thing} up to the sky, and every well was full by night.',
            'At once the clouds came, and the children danced in the puddles.',
            'Thunder rolled, and the gardens were green within a week.',
            'It rained for three days, and the frogs sang for joy.',
        ],
    },
    {
        things: ['sun feather', 'fire seed', 'fallen star', 'spark of dawn', 'golden candle', 'amber lamp'],
        why: [
            'The sun had not risen for seven days, and everyone longed for {a thing}.',
            'Winter would not end, and only {a thing} could melt the ice.',
            'All the lamps had gone out, and only {a thing} could light them.',
            'The nights grew longer and longer, so {hero} went to find {a thing}.',
        ],
        end: [
            '{Hero} set {thing} in the highest window, and morning came at last.',
            'Light streamed from {thing}, and the birds began to sing.',
            'Soon every lamp was burning, and nobody feared the dark again.',
            'When {thing} began to glow, people opened their doors and laughed.',
        ],
    },
    {
        things: [
            'jar of honey',
            'red ribbon',
            'ripe peach',
            'singing shell',
            'string of beads',
            'paper kite',
            'silk scarf',
        ],
        why: [
            'It was the birthday of {kin}, who wished for {a thing}.',
            'The great feast was near, and {kin} wished for nothing but {a thing}.',
            '{Hero} had promised {kin} {a thing}, and a promise must be kept.',
            '{Kin} had worked hard all year, so {hero} looked for {a thing} to surprise {kin.him}.',
        ],
        end: [
            'No gift had ever made {kin} so happy.',
            '{Kin} opened the parcel, saw {thing}, and kissed {hero} on both cheeks.',
            'At the feast {kin} showed {thing} to every guest.',
            'When {kin} found {thing} beside {kin.his} plate, the whole house rang with laughter.',
        ],
    },
    {
        things: ['lamb', 'kitten', 'duckling', 'foal', 'puppy', 'gosling'],
        waits: 'could be heard crying',
        why: [
            '{Hero} took care of {a thing}, but one night it ran away.',
            '{A thing} followed {hero} everywhere, until a storm drove it away.',
            '{Hero.his} best friend was {a thing}, and one morning it was gone.',
            '{Hero} had {a thing}, but it chased a butterfly too far and got lost.',
        ],
        end: [
            'That night {thing} slept at the foot of the bed.',
            '{Hero} wrapped {thing} in {hero.his} coat, and they were home before supper.',
            'From then on {thing} wore a little bell and never strayed again.',
            '{Thing} drank some warm milk and fell asleep by the stove.',
        ],
    },
    {
        things: ['magic seed', 'golden bean', 'sack of corn', 'copper pot', 'silver plough', 'lucky millstone'],
        why: [
            'The harvest had failed, and only {a thing} could feed the village.',
            'There was no bread left. {Kin} spoke of {a thing} that ended every hunger.',
            'Winter was near and the barns were empty, so {hero} went to find {a thing}.',
            'Times were hard, and everyone dreamed of {a thing} to fill the bowls.',
        ],
        end: [
            'Soon there was bread on every table, and some for the birds.',
            '{Hero} shared everything with the neighbours, and nobody was hungry that winter.',
            'By spring the fields were thick with wheat.',
            '{Kin} cooked a supper so large that the whole village came.',
        ],
    },
    {
        things: ['book of dreams', 'sleepy bell', 'velvet blanket', 'feather pillow', 'lullaby box'],
        why: [
            '{Kin} had not slept for a month, and only {a thing} could help.',
            'Bad dreams troubled {kin}, and {hero} heard of {a thing} that drove them off.',
            'Nobody in the valley could sleep without {a thing}.',
        ],
        end: [
            'That night {kin} slept like a stone until noon.',
            '{Hero} put {thing} by the window, and all the children fell asleep.',
            'With {thing} close by, {kin} dreamed of a warm sea.',
        ],
    },
];

/** One who knows a way past a hindrance, and how it may have come into debt before. */
export interface Ally {
    readonly kind: string;
    readonly gender?: Gender;
    /** follows "found {a ally}" */
    readonly plight: string;
    /** follows the hero's name */
    readonly rescue: string;
    /** follows "the <kind>" */
    readonly deed: readonly string[];
}

/** Something in the way: where the wished-for thing lies, what bars it, and who can help. */
export interface Hindrance {
    /** follows "it lay" or what else the wish says */
    readonly where: readonly string[];
    readonly bar: readonly string[];
    /** what the hero tries alone, in vain */
    readonly trial: readonly string[];
    readonly allies: readonly Ally[];
}

export const hindrances: readonly Hindrance[] = [
    {
        where: ['on an island in a deep lake', 'on the far side of a wide river', 'on a rock in the middle of the sea'],
        bar: [
            'The water was cold and wild, and there was no boat.',
            'There was no bridge, and the waves were as high as a house.',
            'The old boat on the shore had a hole in it.',
        ],
        trial: [
            '{Hero} tried to swim, but the current threw {hero.him} back on the sand.',
            '{Hero} built a raft, but it sank before it left the shore.',
            '{Hero} called across the water, but only an echo came back.',
        ],
        allies: [
            {
                kind: 'swan',
                plight: 'with its wing caught in the reeds',
                rescue: 'gently set the wing free',
                deed: [
                    'carried {hero} over the water on {ally.his} white back',
                    'glided ahead and showed {hero} the calm way through the waves',
                ],
            },
            {
                kind: 'turtle',
                plight: 'lying helpless on its back',
                rescue: 'turned it over with both hands',
                deed: [
                    'rose out of the deep and took {hero} across on {ally.his} shell',
                    'swam slowly and safely while {hero} sat on {ally.his} shell',
                ],
            },
            {
                kind: 'boatman',
                gender: 'he',
                plight: 'searching the grass for his lost pipe',
                rescue: 'found the pipe under a leaf',
                deed: [
                    'rowed {hero} across and sang the whole way',
                    'mended the sail and took {hero} over before dark',
                ],
            },
            {
                kind: 'heron',
                plight: 'with a fish hook in its beak',
                rescue: 'took the hook out with steady fingers',
                deed: [
                    'showed {hero} a path of flat stones just under the water',
                    'walked in front of {hero} where the water was only a hand deep',
                ],
            },
        ],
    },
    {
        where: ['on top of a steep cliff', 'in the highest room of a ruined tower', 'in the crown of the tallest tree'],
        bar: [
            'The way up was as smooth as glass.',
            'It was so high that clouds drifted below it.',
            'There was no stair and no ladder.',
        ],
        trial: [
            '{Hero} climbed until {hero.his} arms ached, but slid down every time.',
            '{Hero} threw a rope, but it was far too short.',
            '{Hero} piled up stones, but the pile fell over with a crash.',
        ],
        allies: [
            {
                kind: 'eagle',
                plight: 'tangled in a thorn bush',
                rescue: 'cut the thorns away one by one',
                deed: [
                    'spread {ally.his} wings and lifted {hero} up into the wind',
                    'flew to the top and let down a rope of ivy for {hero}',
                ],
            },
            {
                kind: 'goat',
                plight: 'with one horn stuck in a fence',
                rescue: 'bent the boards until the horn came loose',
                deed: [
                    'knew every foothold and led {hero} up step by step',
                    'let {hero} hold on to {ally.his} tail and pulled {hero.him} to the top',
                ],
            },
            {
                kind: 'spider',
                plight: 'whose web had been torn by the wind',
                rescue: 'sheltered it under a broad leaf',
                deed: [
                    'spun a silver ladder that did not break',
                    'let down a thread as strong as a chain, and {hero} climbed it',
                ],
            },
            {
                kind: 'mason',
                gender: 'he',
                plight: 'whose cart had lost a wheel',
                rescue: 'helped him put the wheel back on',
                deed: [
                    'cut steps into the stone, one for every year of {ally.his} life',
                    'showed {hero} a hidden stair behind the ivy',
                ],
            },
        ],
    },
    {
        where: [
            'at the bottom of a black cave',
            'deep in a wood where no light fell',
            'in the cellar of an empty castle',
        ],
        bar: [
            'It was so dark inside that {hero} could not see {hero.his} own feet.',
            'The paths twisted like snakes, and no candle would burn there.',
            'Cold air blew out every match.',
        ],
        trial: [
            '{Hero} felt along the wall, but came out where {hero.he} had gone in.',
            '{Hero} lit a torch, but the wind blew it out with a hiss.',
            '{Hero} counted {hero.his} steps, but soon lost the way and had to turn back.',
        ],
        allies: [
            {
                kind: 'firefly',
                plight: 'shut up in a glass jar',
                rescue: 'lifted the lid and let it fly',
                deed: [
                    'came with a hundred cousins and lit the way like stars',
                    'flew in front of {hero} like a small green lamp',
                ],
            },
            {
                kind: 'bat',
                plight: 'lying in the snow, stiff with cold',
                rescue: 'warmed it inside {hero.his} sleeve',
                deed: [
                    'listened to the walls and led {hero} around every corner',
                    'called softly in the dark, and {hero} followed {ally.his} voice',
                ],
            },
            {
                kind: 'lamplighter',
                gender: 'he',
                plight: 'who had slipped on the ice',
                rescue: 'helped him up and carried his ladder home',
                deed: [
                    'lent {hero} a lamp that no wind could put out',
                    'walked beside {hero} and hung a light at every turn',
                ],
            },
            {
                kind: 'owl',
                plight: 'caught in a net',
                rescue: 'opened the knots with patient hands',
                deed: [
                    'saw everything in the dark and guided {hero} with quiet calls',
                    'sat on the shoulder of {hero} and told {hero.him} where to step',
                ],
            },
        ],
    },
    {
        where: ['behind an iron door in the hill', 'in a chest with a rusty lock', 'in a garden behind a locked gate'],
        bar: [
            'The lock was as big as a plate, and the key had been lost for ages.',
            'Nobody had opened it for a hundred years.',
            'Three bolts held it shut.',
        ],
        trial: [
            '{Hero} pushed and pulled, but nothing moved.',
            '{Hero} tried every key in the house, but none of them would turn.',
            '{Hero} knocked until {hero.his} hand hurt, but nobody answered.',
        ],
        allies: [
            {
                kind: 'mouse',
                plight: 'that had fallen into a bucket',
                rescue: 'tipped the bucket over',
                deed: [
                    'crept through the keyhole and drew the bolts from inside',
                    'fetched the key from under the floor',
                ],
            },
            {
                kind: 'magpie',
                plight: 'whose nest had been blown down',
                rescue: 'put the nest back on its branch',
                deed: [
                    'dropped a shining key into the hand of {hero}',
                    'found the key in {ally.his} nest and gladly gave it up',
                ],
            },
            {
                kind: 'blacksmith',
                gender: 'he',
                plight: 'whose horse would not cross the bridge',
                rescue: 'led the horse over with soft words',
                deed: [
                    'oiled the lock and opened it with one turn of {ally.his} wrist',
                    'made a new key out of an old horseshoe',
                ],
            },
            {
                kind: 'clockmaker',
                gender: 'she',
                plight: 'looking for a wheel she had dropped',
                rescue: 'spied the wheel between two stones',
                deed: ['listened to the lock and coaxed it open with a pin', 'opened the lock as easily as a watch'],
            },
        ],
    },
    {
        where: ['in the middle of a thorn wood', 'behind a hedge of nettles', 'in a castle overgrown with brambles'],
        bar: [
            'The thorns were as long as fingers.',
            'Every branch that was cut grew back at once.',
            'Not even a bird could get through.',
        ],
        trial: [
            '{Hero} pushed in bravely, but the thorns tore {hero.his} sleeves.',
            '{Hero} cut and cut, but the hedge only grew thicker.',
            '{Hero} walked all around it and found no gap.',
        ],
        allies: [
            {
                kind: 'hedgehog',
                plight: 'shivering in a ditch',
                rescue: 'made it a bed of dry leaves',
                deed: [
                    'knew a tunnel under the roots and went ahead',
                    'rolled through the thorns and left a clear path behind',
                ],
            },
            {
                kind: 'snail',
                plight: 'about to be run over by a cart',
                rescue: 'carried it to the safe side of the road',
                deed: [
                    'drew a silver line between the thorns, and {hero} followed it',
                    'whispered to the hedge, and the branches bent aside',
                ],
            },
            {
                kind: 'gardener',
                gender: 'she',
                plight: 'who could not lift her heavy basket',
                rescue: 'carried the basket up the hill for her',
                deed: [
                    'spoke kindly to the thorns until they turned into roses',
                    'gave {hero} a pair of gloves that no thorn could pierce',
                ],
            },
            {
                kind: 'donkey',
                plight: 'with a stone in its hoof',
                rescue: 'picked the stone out',
                deed: [
                    'ate a path through the thorns as if they were thistles',
                    'chewed through the hedge as if it were sweet hay',
                ],
            },
        ],
    },
    {
        where: ['beyond the frozen mountains', 'on the other side of a snowy pass', 'in a hut of ice far to the north'],
        bar: [
            'The snow was so deep that only the tops of the trees could be seen.',
            'A bitter wind blew there by day and by night.',
            'The ice cracked at every step.',
        ],
        trial: [
            '{Hero} walked for an hour and sank up to {hero.his} neck.',
            '{Hero} put on three coats, but the wind blew through them all.',
            '{Hero} set out twice, and twice the storm sent {hero.him} back.',
        ],
        allies: [
            {
                kind: 'bear',
                plight: 'with a thorn in its paw',
                rescue: 'pulled the thorn out and tied a cloth around the paw',
                deed: [
                    'let {hero} ride on {ally.his} warm back through the storm',
                    'made a path with {ally.his} heavy feet and kept {hero} warm at night',
                ],
            },
            {
                kind: 'reindeer',
                plight: 'tied to a tree and forgotten',
                rescue: 'untied the rope',
                deed: [
                    'pulled {hero} over the snow on a birch sled',
                    'galloped over the pass with {hero} on {ally.his} back',
                ],
            },
            {
                kind: 'weaver',
                gender: 'she',
                plight: 'whose loom was broken',
                rescue: 'mended the loom with a piece of string',
                deed: ['wove {hero} a cloak as warm as a stove', 'gave {hero} boots that left no mark on the snow'],
            },
            {
                kind: 'snow goose',
                plight: 'too tired to fly',
                rescue: 'shared a crust of bread with it',
                deed: [
                    'called the flock, and together they carried {hero} in a blanket',
                    'showed {hero} the one valley where no wind blew',
                ],
            },
        ],
    },
];

/** One who keeps the wished-for thing: how it bars the way, what is the matter with it and what answers that. */
export interface Keeper {
    readonly kinds: readonly string[];
    /** follows "that" */
    readonly manner: readonly string[];
    readonly exchange: readonly (readonly [string, string])[];
    readonly afterwards: readonly string[];
}

export const keepers: readonly Keeper[] = [
    {
        kinds: ['dragon', 'troll', 'giant', 'sea serpent', 'ogre'],
        manner: [
            'roared at everyone who came near',
            'threw stones at every stranger',
            'had frightened away a hundred knights',
        ],
        exchange: [
            ['"Nobody ever visits me," it grumbled.', '"I could stay for tea," said {hero}.'],
            [
                '"You only want my treasure, like all the others," it said.',
                '{Hero} was not afraid and asked it for its name.',
            ],
            ['Up close, {hero} saw a tear on its nose.', '{Hero} sat down beside it and told it a story.'],
            ['It had a splinter in its foot.', '{Hero} drew the splinter out so gently that it felt nothing.'],
        ],
        afterwards: [
            'Every Sunday after that they drank tea together.',
            'Nobody roared in those hills again, except with laughter.',
            'The two of them are friends to this day.',
        ],
    },
    {
        kinds: ['wolf', 'lynx', 'wild boar', 'griffin', 'tiger'],
        manner: [
            'growled and showed its teeth',
            'walked up and down by day and by night',
            'let nobody come within a mile',
        ],
        exchange: [
            [
                'It was so thin that its ribs could be counted.',
                '{Hero} gave it all the bread and cheese in {hero.his} bag.',
            ],
            [
                '"I have not eaten since the new moon," it snarled.',
                '"Then eat with me first," said {hero}, and shared {hero.his} lunch.',
            ],
            [
                'Its stomach rumbled louder than its voice.',
                '{Hero} cooked a pot of soup and put it down without a word.',
            ],
        ],
        afterwards: [
            'Since that day it has guarded the house of {hero}.',
            'From then on there was always a bowl for it by the door.',
            'It never growled at a guest again.',
        ],
    },
    {
        kinds: ['witch', 'wizard', 'hermit', 'mountain king', 'sphinx'],
        manner: [
            'asked every visitor a riddle',
            'turned away all who could not answer a riddle',
            'let nobody in without a riddle',
        ],
        exchange: [
            ['"What grows when you share it?"', '"Joy," said {hero} at once.'],
            [
                '"What can you keep only by giving it away?"',
                '{Hero} thought for a long time and answered, "A promise."',
            ],
            ['"What is worth more than gold and weighs nothing?"', '"A good friend," said {hero}.'],
            ['"What is broken as soon as you name it?"', '{Hero} said nothing at all, for the answer was silence.'],
        ],
        afterwards: [
            'The riddle was never asked again.',
            'It was the first right answer in a hundred years.',
            'They parted as friends.',
        ],
    },
];

/** A fear, the place it belongs to, and what is found there in the end. */
export interface Fear {
    readonly of: string;
    readonly shown: readonly string[];
    readonly call: readonly string[];
    readonly step: readonly string[];
    readonly found: readonly string[];
}

export const fears: readonly Fear[] = [
    {
        of: 'the dark',
        shown: [
            '{Hero} slept with three candles burning.',
            'At sunset {hero} always ran home as fast as {hero.he} could.',
        ],
        call: [
            'One night {a small} cried for help from the black wood.',
            'One evening {a small} fell into the old cellar and wept.',
        ],
        step: [
            '{Hero} took a deep breath and walked in without a light.',
            '{Hero.his} knees shook, but {hero.he} went on, one step at a time.',
        ],
        found: [
            'Soon {hero.his} eyes could see shapes, and then stars between the leaves.',
            'The dark was soft and quiet, and it did no harm at all.',
        ],
    },
    {
        of: 'deep water',
        shown: [
            '{Hero} never went nearer to the river than ten steps.',
            'While the others swam, {hero} sat on the bank.',
        ],
        call: [
            'One day {a small} slipped from the bridge into the stream.',
            'After the flood {a small} was left on a log in the river.',
        ],
        step: [
            '{Hero} forgot to be afraid and jumped.',
            '{Hero} held on to a branch and waded in up to {hero.his} chin.',
        ],
        found: [
            'The water held {hero.him} up like a strong hand.',
            'To {hero.his} surprise {hero.he} could float like a leaf.',
        ],
    },
    {
        of: 'high places',
        shown: ['{Hero} would not even climb on a chair.', 'When others picked apples, {hero} held the basket below.'],
        call: [
            'Then {a small} climbed the church tower and could not get down.',
            'One windy morning {a small} was stuck at the top of a pine.',
        ],
        step: [
            '{Hero} looked only at {hero.his} own hands and began to climb.',
            '"I will count to a hundred," said {hero}, and went up branch by branch.',
        ],
        found: [
            'At the top {hero.he} saw the whole valley, golden in the sun.',
            'Up there the wind sang, and {hero} was not dizzy at all.',
        ],
    },
    {
        of: 'storms',
        shown: [
            'At the first thunder {hero} hid under the bed.',
            'When clouds came, {hero} put {hero.his} fingers in {hero.his} ears.',
        ],
        call: [
            'In the worst storm of the year {a small} was left outside.',
            'One black night lightning struck the barn where {a small} slept.',
        ],
        step: [
            '{Hero} pulled on {hero.his} boots and ran out into the rain.',
            '{Hero} shouted back at the thunder and opened the door.',
        ],
        found: [
            'The rain was warm, and the lightning showed the way.',
            'Between two flashes {hero} found the right path.',
        ],
    },
    {
        of: 'speaking to strangers',
        shown: ['In the market {hero} always hid behind {kin}.', 'When guests came, {hero} crept under the table.'],
        call: [
            'One day {a small} stood alone in the square and did not know the way home.',
            'At the fair {a small} had lost everyone and sat weeping on a step.',
        ],
        step: [
            '{Hero} swallowed twice and said, "Hello, may I help you?"',
            '{Hero.his} voice was very small, but {hero.he} asked what was wrong.',
        ],
        found: [
            'The answer was a smile, and after that the words came easily.',
            'They asked from door to door, and every stranger was kind.',
        ],
    },
];

export const smallOnes: readonly string[] =
    'lost child,tiny kitten,small lamb,young owl,little goat,baby rabbit,grey duckling,frightened puppy,wet squirrel,shy foal'.split(
        ',',
    );

/** Something taken without leave, what comes of it and how it is made good. */
export interface Mischief {
    readonly owner: string;
    readonly gender: Gender;
    readonly taken: readonly string[];
    readonly harm: readonly string[];
    readonly amends: readonly string[];
}

export const mischiefs: readonly Mischief[] = [
    {
        owner: 'baker',
        gender: 'he',
        taken: ['A warm pie stood on the sill of the baker, and {hero} ate it all.'],
        harm: [
            'But the pie had been meant for a sick neighbour.',
            'Soon {hero.his} stomach ached, and the blame fell on the cat.',
        ],
        amends: [
            '{Hero} rose before dawn and kneaded dough for a week.',
            '{Hero} baked two new pies and burned only one.',
        ],
    },
    {
        owner: 'kite maker',
        gender: 'she',
        taken: ['{Hero} took the finest kite from the workshop and let it fly without asking.'],
        harm: [
            'A gust tore the string, and the kite broke on the rocks.',
            'It flew higher and higher until it was gone.',
        ],
        amends: [
            '{Hero} cut paper and glued ribbons until a new kite was done.',
            '{Hero} searched all day and brought back every torn piece.',
        ],
    },
    {
        owner: 'old queen',
        gender: 'she',
        taken: ['{Hero} wanted to know how a crown feels, and put on the one of the old queen.'],
        harm: [
            'It slipped from {hero.his} head and fell down the well.',
            'It would not come off again, however hard {hero.he} pulled.',
        ],
        amends: [
            '{Hero} climbed down the rope and came back wet, with the crown.',
            '{Hero} polished every jewel in it until it shone.',
        ],
    },
    {
        owner: 'watchman',
        gender: 'he',
        taken: ['For a joke {hero} rang the fire bell of the watchman in the middle of the night.'],
        harm: [
            'All the people ran out into the snow in their nightshirts.',
            'The next night nobody listened when there was a real fire in the barn.',
        ],
        amends: [
            '{Hero} went from door to door and said sorry to each of them.',
            '{Hero} carried water until the last spark was out.',
        ],
    },
    {
        owner: 'fisherman',
        gender: 'he',
        taken: ['{Hero} untied the boat of the fisherman, just to see where the river goes.'],
        harm: [
            'The boat struck a stone and filled with water.',
            'By noon it had drifted out to sea, and {hero} could hardly row back.',
        ],
        amends: [
            '{Hero} patched the hole with tar and painted the boat blue.',
            '{Hero} mended nets for the fisherman until the moon was full.',
        ],
    },
    {
        owner: 'shepherd',
        gender: 'he',
        taken: ['The shepherd was asleep, so {hero} borrowed his flute and blew as loud as {hero.he} could.'],
        harm: [
            'The sheep took fright and ran off in all directions.',
            'There was a crack, and the flute would only whistle like a kettle.',
        ],
        amends: [
            '{Hero} ran over the hills until the last sheep was back.',
            '{Hero} carved a new flute and cut {hero.his} thumb only once.',
        ],
    },
];
