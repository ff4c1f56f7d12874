"""Whether the name of a folder says that it is a part of a data set (train, validation, test), in many languages. Pure.

Affixes and words around it do not count: `Training_set`, `test-images (1)`, `Validierungsdaten`, `datos de prueba`.
"""

import re
import unicodedata
from typing import Literal

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Turkish, the Nordic languages, Finnish,
# Hungarian, Romanian, Indonesian, Russian, Ukrainian, Greek, Arabic, Hebrew, Chinese, Japanese and Korean; no accents.
_WORDS: dict[Part, str] = {
    "train": "train training trainings trn learn learning lernen ubung ubungs uebung uebungs entrainement "
    "apprentissage entrenamiento entreno aprendizaje addestramento allenamento apprendimento treino "
    "treinamento treinar aprendizagem trainen oefenen leren trening treningowy treningowe treningowa "
    "uczacy uczace uczaca uczenie trenovani trenovaci egitim egitme ogrenme traning trening opplaering "
    "opetus koulutus tanito tanulo antrenare antrenament latih latihan pelatihan обучение обучающая "
    "обучающие обучающий тренировка тренировочная тренировочный тренировочные трейн навчання навчальна "
    "тренування εκπαιδευση تدريب אימון 训练 訓練 学習 トレーニング 훈련 학습",
    "validation": "validation val valid validate validating dev development devel validierung validierungs validieren "
    "validacion validazione convalida validacao validatie walidacja walidacyjny walidacyjne walidacyjna "
    "validace validacni dogrulama gecerleme validering validointi validalas validare validasi валидация "
    "валидационная валидационный валидационные проверка проверочная проверочный проверочные валідація "
    "перевірка επικυρωση تحقق אימות 验证 驗證 検証 バリデーション 검증",
    "test": "test tests testing tst eval evaluation evaluating holdout prufung prufungs pruefung pruefungs prufen "
    "pruefen testen essai essais prueba pruebas evaluacion ensayo prova prove collaudo valutazione teste "
    "testes avaliacao toets toetsen evaluatie testowy testowe testowa testovani testovaci sinama deneme "
    "degerlendirme testaus testi teszt testare uji pengujian тест тесты тестовая тестовый тестовые "
    "тестирование контроль контрольная тестування тестова δοκιμη اختبار מבחן 测试 測試 テスト 評価 테스트 시험 평가",
}
_PART_OF: dict[str, Part] = {word: part for part, words in _WORDS.items() for word in words.split()}

_AROUND_TEXT = (
    "set sets data dataset datasets database image images img imgs pic pics picture pictures photo photos jpg "
    "jpeg png file files folder folders dir split splits part parts subset sample samples phase the of for final "
    "new full all resized cropped small labeled labelled sorted clean my copy kopie s ing bild bilder daten "
    "datensatz datei dateien menge ordner foto fotos teil donnees jeu jeux ensemble dossier de des du d la le les "
    "l pour conjunto conjuntos datos imagenes imagen carpeta el los las para di del della dati immagini immagine "
    "insieme cartella dados imagens imagem pasta do da dos das gegevens afbeeldingen map van zbior dane danych "
    "obrazy zdjecia veri verisi resim resimler resimleri kume kumesi seti sada snimky obrazky bilde kuvat "
    "aineisto kepek adatok imagini gambar выборка набор данные данных изображения фото картинки папка для на "
    "вибірка дані зображення 集 数据 数据集 图片 图像 圖片 用 データ 画像 セット 이미지 데이터 세트 "
)
_AROUND = frozenset(_AROUND_TEXT.split())
"""Words that say nothing beside the name of a part."""

_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")


def part_of(name: str) -> tuple[Part | None, str]:
    """Find the part that the name of a folder means.

    Returns
    -------
    part : "train", "validation", "test" or None
        None where no word, or words of several parts, stand in it.
    rest : str
        What else the name says: "" for `train_set 2`, "cat" for `train_cat`. It is then a part only beside others with
        the same rest.
    """
    words = _WORD.findall(_HUMP.sub(" ", unicodedata.normalize("NFC", name)))
    parts: list[Part] = []
    rest = []
    for spelled in words:
        word = _plain(spelled)
        part = _PART_OF.get(word) or _compound(word)
        if part:
            parts.append(part)
        elif word not in _AROUND:
            rest.append(spelled)
    if len(set(parts)) != 1:
        return None, ""
    return parts[0], " ".join(rest)


def _compound(word: str) -> Part | None:
    """The part in a word that is grown together, such as `trainset`, `testbilder` and `imagestrain`."""
    for start in range(len(word) - 1, 1, -1):  # the longest first
        left, right = word[:start], word[start:]
        if left in _PART_OF and _is_around(right):
            return _PART_OF[left]
        if right in _PART_OF and _is_around(left):
            return _PART_OF[right]
    return None


def _is_around(word: str) -> bool:
    """Whether a piece of a grown word says nothing; short ones would find a test in `latest`."""
    return any(piece in _AROUND and (len(piece) > 2 or not piece.isascii()) for piece in (word, word.removeprefix("s")))


def _plain(word: str) -> str:
    """Small letters without accents."""
    folded = word.casefold().replace("ı", "i").replace("ł", "l").replace("ø", "o").replace("æ", "ae")
    if not re.search(r"[a-z]", unicodedata.normalize("NFD", folded)):
        return folded
    return "".join(letter for letter in unicodedata.normalize("NFD", folded) if not unicodedata.combining(letter))
