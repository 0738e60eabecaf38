"""Is it English? A profile of the commonest words of a dozen languages, and of scripts, without any model."""

from __future__ import annotations

import re
import unicodedata

from chancellery.errors import EssayError

ENOUGH = (
    0.18  # share of English function words; edited English prose has 0.35 to 0.5, other languages below 0.1
)
FEW = 8  # words below which nothing can be told
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

COMMON = {
    "English": "the of and to in a is that for it as with was on be by at this are from or have an not which "
    "has but were their its will would been they more may could also than these can between other",
    "French": "le la les des du une et est dans pour que qui sur au aux par pas ne ce cette avec sont il elle "
    "nous vous leur mais plus ont été être ses comme d'un l'on",
    "German": "der die das und ist nicht ein eine einen dem den des mit von zu auf für sich auch es im wird "
    "sind als haben werden wie durch bei nach aus oder aber zur zum",
    "Spanish": "el los las del una un y es en por que con para se su como más pero sus lo al no entre sobre "
    "este esta son ha fue ser también",
    "Portuguese": "o os as da do das dos um uma e é em por que com para se sua como mais mas ao na no não "
    "entre este são foi ser também pela",
    "Italian": "il lo gli della del dei delle una un e è di che con per si sua come più ma nel nella non tra "
    "questo sono stato anche alla",
    "Dutch": "de het een van en is dat die niet op te zijn met voor aan er als ook door maar om bij nog wordt "
    "uit naar hebben",
    "Polish": "i w z na że do nie się jest to po jak przez od dla ale oraz są czy ich który która które był",
    "Turkish": "ve bir bu için ile da de olarak daha çok gibi sonra kadar ancak olan ise ya hem değil ne",
    "Indonesian or Malay": "yang dan di dengan untuk dari pada ini itu tidak dalam akan oleh ke sebagai juga "
    "telah adalah karena atau",
    "Swedish, Danish or Norwegian": "och att det som en på är för med av den till inte har om ett og på "
    "er til ikke som vil men fra han",
    "Romanian": "și de la în cu pe nu este că din care pentru mai sunt un o fi au sau dar prin",
    "Swahili": "ya na wa kwa ni katika la za kuwa hii hiyo kama lakini au cha vya huo",
}
_SETS = {name: frozenset(words.split()) for name, words in COMMON.items()}
_SCRIPTS = {"CYRILLIC": "Cyrillic", "ARABIC": "Arabic", "CJK": "Chinese or Japanese", "HIRAGANA": "Japanese",
            "KATAKANA": "Japanese", "HANGUL": "Korean", "DEVANAGARI": "Devanagari", "HEBREW": "Hebrew",
            "GREEK": "Greek", "THAI": "Thai", "BENGALI": "Bengali", "GEORGIAN": "Georgian"}  # fmt: skip


def check(text: str, name: str) -> None:
    """Refuse a text that is not English.

    Raises
    ------
    EssayError
        The sentence names the language or script it looks like.
    """
    script = _script(text)
    if script:
        raise EssayError(f"{name} is written in {script} script; only English is read: translate it first")
    words = [word.casefold() for word in _WORDS.findall(text[:200_000])]
    if len(words) < FEW:
        raise EssayError(f"{name} has {len(words)} words in sentences, too few to read; give the whole essay")
    if sum(char.islower() for char in text) < 0.1 * sum(char.isupper() for char in text):
        raise EssayError(
            f"{name} is in capitals throughout, where names cannot be told; save it in mixed letters"
        )
    shares = {one: sum(word in known for word in words) / len(words) for one, known in _SETS.items()}
    likest = max(shares, key=shares.__getitem__)
    if likest != "English" and shares[likest] > shares["English"]:
        raise EssayError(f"{name} looks like {likest}; only English is read: translate it first")
    if shares["English"] < ENOUGH:
        raise EssayError(
            f"{name} does not read like English ({shares['English']:.0%} common English words); "
            "give an essay in English, in sentences"
        )


def _script(text: str) -> str | None:
    """Name the script most letters are of, when it is not Latin."""
    counts: dict[str, int] = {}
    letters = [char for char in text[:20_000] if char.isalpha()]
    for char in letters:
        family = unicodedata.name(char, "?").split()[0]
        counts[family] = counts.get(family, 0) + 1
    if not counts:
        return None
    most = max(counts, key=counts.__getitem__)
    return None if most == "LATIN" or counts[most] < len(letters) / 2 else _SCRIPTS.get(most, most.title())
