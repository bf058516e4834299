"""The plain words of which codenames are made. Knows nothing.

The place of a word is a contract with every conversation and vault that holds it: words are replaced, never moved. Kept out are
the keywords of programming languages, what is a word of the trade (canary, main), adjectives with which common words end (`usage`
with `sage`), and most nouns whose plural takes more than an s; the mint passes over the rest.
"""

ADJECTIVES = tuple(
    """
    agile airy amber ample aqua arctic ashen astral autumn azure balmy alpine beige bland blithe bold brassy brave breezy
    brief bright brisk broad bronze bubbly calm candid canny careful casual cheery chief chilly civic classy clean clear
    clever coastal comfy compact cool copper coral cordial cosmic cosy crafty creamy crisp amiable cubic curly daily
    dainty dapper daring dawn decent deep deft dense dewy ardent distant artful downy dreamy dusky dusty dutiful eager
    early earthy easy elegant bonny epic equal bouncy exact fabled fair fancy fast feathery festive buoyant firm fleet
    floral fluent fluffy foggy fond formal frank free fresh frosty frugal gallant gentle giant gilded glad glassy gleaming
    burly glossy golden grand grassy great green hale handy happy hardy hasty hazel hearty hollow honest humble hushed icy
    ideal idle indigo inland ivory jade jaunty jolly jovial joyful keen kind lanky carefree lavish leafy chatty chipper
    crimson lilac limber linen little lively debonair lofty loyal lucid lucky lunar lush dreamlike ebony eloquent maroon
    meek mellow merry mighty mild minty misty modest mossy narrow feisty navy neat nimble noble nordic novel oaken oblong
    ocean olive opal fiery orange orderly oval paisley pale pastel patient peach pearly peppy perky placid plain plucky
    plum plush polar polite prime prompt proud pure purple quaint quick quiet quirky rapid rare frisky regal rich frilly
    robust rocky rosy fruity genial rugged rural russet rustic sable saffron giddy sandy satin scarlet scenic sepia serene
    shady sharp sheer shiny shy silent silken silver gracious sincere sleek slender slim small smart smooth snappy snowy
    snug social soft solar solid spare sparkly spicy spotted spry jazzy lilting starry stately steady steep still stoic
    stout sturdy subtle sunny lithe supple sweet lustrous tacit marbled tame tangy tawny teal tender thrifty tidal tidy
    tiny topaz tough tranquil trim mirthful trusty tulip twin upbeat upper urban usable valiant velvet verdant vernal
    vivid warm wavy wee whole wide wild willing windy winged winter piquant witty woody woolen yellow young zany zesty
    """.split()
)

NOUNS = tuple(
    """
    acorn alcove anchor antler apricot arbor atoll auk badger bagel bamboo banjo barley basin bayou beacon beaver beetle
    antelope balloon blossom bluff boulder brook buckle basket bugle bobcat burrow butte cactus candle caravel canoe
    canyon chipmunk carrot cashew castle cavern cedar cello cinnamon cicada cinder clarinet clover cobble coconut comet
    condor cougar coyote crane crater creek cricket cobra cottage cucumber daffodil desert dandelion dolphin donkey
    dormouse dogwood drum dune eagle egret eggplant elm falcon feather fennel ferret fiddle emerald fjord fern fossil
    fountain gerbil gable glider garnet gazelle gecko geyser ginger glacier glade gondola gopher gorge granite gourd
    guitar gull hammock harbor hare harp hawk hazelnut hedgehog heron hamlet hill hornet iceberg hamster iguana inlet
    harvest island jackal jaguar jellybean jay juniper kayak kelp kingfisher kettle kiwi knoll koala lagoon lantern lark
    lava lemming lemon lemur lichen ladybug llama lobster locust leopard lighthouse magpie mallard mammoth limestone maple
    marble marigold marmot macaw meadow melon meteor mink minnow mole monsoon mandolin moth manatee muskrat mustang
    narwhal nectar newt nightingale nutmeg oak meerkat oboe ocelot merlin orchid oriole osprey orchard otter owl oyster
    paddle panda panther papaya parrot parsley peacock pebble pelican penguin pepper petal pheasant piano pigeon pine
    plateau plover pollen pond poplar pangolin porcupine prairie puffin pumpkin parakeet quail partridge pavilion quokka
    rabbit raccoon raven reef reindeer ridge river robin rooster saddle persimmon sandpiper sapling sardine scallop seal
    sequoia possum rhubarb skylark sloth snail sparrow spruce rosebud sailboat squirrel stallion starling stork sturgeon
    summit swallow swan sycamore tapir teapot tern terrace thicket thistle shamrock tiger starfruit toucan sundial tundra
    turnip turtle valley violet viper sunflower vole walnut tambourine warbler wasp waterfall weasel whale willow tamarin
    wombat woodlark wren yak yarrow zebra zinnia
    """.split()
)
