"""Names of one's own company, and the plain words that stand in for them, in every case style.

Knows words and styles; knows no key, no rule and no text around a name.

Strategy: a name is a tuple of lower-case words. A *style* is how words are joined and cased; what is written in a style
can be read back from it without loss, or the style is None and the caller takes another surrogate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

SEPARATORS = ("", "_", "-", ".", "/", " ")
_CASES = {"lower": str.lower, "upper": str.upper, "title": str.capitalize}


class Style(NamedTuple):
    """How the words of a name are joined, and how the first and the others are cased."""

    separator: str
    first: str
    rest: str


def words_of(name: str) -> tuple[str, ...]:
    """Split a name as a person writes it (`ledger reconciler`, `com.acme.ledger`, `LedgerReconciler`) into words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


def written(words: Sequence[str], style: Style) -> str:
    """Write words in a style: `("brisk", "heron")` in the style of `LedgerReconciler` is `BriskHeron`."""
    first, rest = _CASES[style.first], _CASES[style.rest]
    return style.separator.join([first(words[0]), *(rest(word) for word in words[1:])])


def style_of(text: str, words: Sequence[str]) -> Style | None:
    """Find the style in which `text` writes `words`, or None when none gives back exactly this text.

    A text that fits several (`X` is title and upper) gets the first of lower, title, upper.
    """
    flat = sum(map(len, words))
    separator = ""
    if len(text) > flat and len(words) > 1:
        separator = text[len(words[0])]
    for rest in ("lower", "title", "upper"):
        for first in ("lower", "title", "upper"):
            style = Style(separator, first, rest)
            if written(words, style) == text:
                return style
    return None


def nearest_style(text: str, words: Sequence[str]) -> Style:
    """Find the style of a codename as a model wrote it, the nearest one where it invented a mixture."""
    style = style_of(text, words)
    if style is not None:
        return style
    separator = next((c for c in text if not c.isalnum()), "")
    if text.isupper():
        return Style(separator, "upper", "upper")
    first = "title" if text[:1].isupper() else "lower"
    return Style(separator, first, "title" if not separator else "lower")


def spellings(words: Sequence[str]) -> list[str]:
    """List every way to join the words, in lower case; a matcher that ignores case then knows all styles."""
    if len(words) == 1:
        return [words[0]]
    return [separator.join(words) for separator in SEPARATORS]


def codename_in(text: str) -> str | None:
    """Give the two words of a codename in the way the mint says it, however `text` spells them; None when it is none."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    separator = next((c for c in text if not c.isalpha()), "")
    if separator not in SEPARATORS:
        return None
    lower = text.lower()
    cuts = [lower.index(separator)] if separator else range(1, len(text))
    for cut in cuts:
        first, second = lower[:cut], lower[cut + len(separator) :]
        if first in _FIRST and second in _SECOND:
            return f"{first} {second}"
    return None


ADJECTIVES = tuple(
    """
    agile airy amber ample aqua arctic ashen astral autumn azure balmy basic beige bland blithe bold brassy brave breezy
    brief bright brisk broad bronze bubbly calm candid canny careful casual cheery chief chilly civic classy clean clear
    clever coastal comfy compact cool copper coral cordial cosmic cosy crafty creamy crisp crystal cubic curly daily dainty
    dapper daring dawn decent deep deft dense dewy direct distant double downy dreamy dusky dusty dutiful eager early earthy
    easy elegant ember epic equal even exact fabled fair fancy fast feathery festive fine firm fleet floral fluent fluffy
    foggy fond formal frank free fresh frosty frugal gallant gentle giant gilded glad glassy gleaming global glossy golden
    grand grassy great green hale handy happy hardy hasty hazel hearty hollow honest humble hushed icy ideal idle indigo
    inland ivory jade jaunty jolly jovial joyful keen kind lanky large lavish leafy lean level light lilac limber
    linen little lively local lofty loyal lucid lucky lunar lush magic main maple maroon meek mellow merry mighty mild minty
    misty modest mossy narrow native navy neat nimble noble nordic novel oaken oblong ocean olive opal open orange orderly
    oval paisley pale pastel patient peach pearly peppy perky placid plain plucky plum plush polar polite prime prompt proud
    pure purple quaint quick quiet quirky rapid rare ready regal rich ripe robust rocky rosy round ruby rugged rural russet
    rustic sable saffron sage sandy satin scarlet scenic sepia serene shady sharp sheer shiny shy silent silken silver simple
    sincere sleek slender slim small smart smooth snappy snowy snug social soft solar solid spare sparkly spicy spotted spry
    square stable starry stately steady steep still stoic stout sturdy subtle sunny super supple sweet swift tacit tall tame
    tangy tawny teal tender thrifty tidal tidy tiny topaz tough tranquil trim true trusty tulip twin upbeat upper urban
    usable valiant velvet verdant vernal vivid warm wavy wee whole wide wild willing windy winged winter wise witty woody
    woolen yellow young zany zesty
    """.split()
)

NOUNS = tuple(
    """
    acorn alcove anchor antler apricot arbor atoll auk badger bagel bamboo banjo barley basin bayou beacon beaver beetle
    birch bison blossom bluff boulder brook buckle buffalo bugle bunny burrow butte cactus camel canary canoe canyon caribou
    carrot cashew castle cavern cedar cello cherry cicada cinder citrus clover cobble coconut comet condor cougar coyote
    crane crater creek cricket crocus cypress daisy delta desert dingo dolphin donkey dormouse dragonfly drum dune eagle
    egret elk elm falcon feather fennel ferret fiddle finch fjord flamingo fossil fountain fox gable galaxy garnet gazelle
    gecko geyser ginger glacier glade goose gopher gorge granite grotto grouse gull hammock harbor hare harp hawk hazelnut
    hedgehog heron hickory hill hornet iceberg ibis iguana inlet iris island jackal jaguar jasmine jay juniper kayak kelp
    kestrel kettle kiwi knoll koala lagoon lantern lark lava lemming lemon lemur lichen lily llama lobster locust lotus lynx
    magpie mallard mammoth mango maple marble marigold marmot marsh meadow melon meteor mink minnow mole monsoon moose moth
    mulberry muskrat mustang narwhal nectar newt nightingale nutmeg oak oasis oboe ocelot octopus orchid oriole osprey ostrich
    otter owl oyster paddle panda panther papaya parrot parsley peacock pebble pelican penguin pepper petal pheasant piano
    pigeon pine plateau plover pollen pond poplar poppy porcupine prairie puffin pumpkin python quail quarry quartz quokka
    rabbit raccoon raven reef reindeer ridge river robin rooster saddle salmon sandpiper sapling sardine scallop seal sequoia
    sheep shrimp skylark sloth snail sparrow spruce squash squid squirrel stallion starling stork sturgeon summit swallow swan
    sycamore tapir teapot tern terrace thicket thistle thrush tiger toad toucan trout tundra turnip turtle valley violet viper
    volcano vole walnut walrus warbler wasp waterfall weasel whale willow wolf wombat woodlark wren yak yarrow zebra zinnia
    """.split()
)

_FIRST, _SECOND = frozenset(ADJECTIVES), frozenset(NOUNS)
_LONGEST = max(map(len, ADJECTIVES)) + 1 + max(map(len, NOUNS))
