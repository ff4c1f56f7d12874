"""Words for the parts of a data set, and words around them that say nothing, by language. Data only.

Phrases are written in one (`kiểmtra` for "kiểm tra"); accents and capital letters do not count.
"""

# language: (to learn from, to validate on, to test on)
PART_WORDS: dict[str, tuple[str, str, str]] = {
    "English": (
        "train training trainings trn learn learning trainval",
        "validation val valid validate validating dev development devel",
        "test tests testing tst eval evaluation evaluating holdout heldout",
    ),
    "German": (
        "lernen lern übung übungs uebung uebungs",
        "validierung validierungs validieren kontrolle kontroll",
        "prüfung prüfungs prüfen prüf pruefung pruefungs pruefen pruef testen erprobung erprobungs evaluierung "
        "evaluierungs",
    ),
    "French": ("entraînement apprentissage entraîner", "validation valider contrôle", "essai essais évaluation"),
    "Spanish": (
        "entrenamiento entreno entrenar aprendizaje",
        "validación validar desarrollo",
        "prueba pruebas evaluación ensayo comprobación",
    ),
    "Catalan": ("entrenament aprenentatge", "validació", "prova proves avaluació"),
    "Portuguese": ("treino treinamento treinar aprendizagem", "validação validar", "teste testes avaliação prova"),
    "Italian": (
        "addestramento allenamento apprendimento",
        "validazione convalida verifica",
        "prova prove collaudo valutazione",
    ),
    "Romanian": ("antrenare antrenament învățare", "validare", "testare evaluare"),
    "Dutch": ("trainen oefenen oefen leren leer", "validatie valideren controle", "toets toetsen evaluatie testen"),
    "Swedish": ("träning tränings inlärning", "validering validerings", "utvärdering utvärderings tester"),
    "Danish": ("træning trænings oplæring", "validering", "afprøvning evaluering"),
    "Norwegian": ("trening trenings opplæring opplærings", "validering", "evaluering"),
    "Finnish": ("opetus koulutus harjoitus", "validointi vahvistus", "testi testaus koe"),
    "Polish": (
        "trening treningowy treningowe treningowa treningowych uczący uczące ucząca uczących uczenie uczenia",
        "walidacja walidacyjny walidacyjne walidacyjna walidacyjnych walidacji",
        "testowy testowe testowa testowych testy",
    ),
    "Czech": (
        "trénování trénovací trénink učení učicí",
        "validace validační ověřovací ověření",
        "testování testovací zkušební",
    ),
    "Slovak": ("trénovanie trénovacia trénovacie tréning", "validácia validačná overovacia", "testovanie testovacia"),
    "Croatian": (
        "učenje treniranje obuka obuku obučavanje uvježbavanje vježba vježbanje",
        "validacija validaciju validacijski validacioni provjera provjeru provera proveru",
        "testiranje testni ispitivanje ispit",
    ),
    "Slovenian": ("učni učna učne vadba", "preverjanje", "testna testne preizkus preizkušanje"),
    "Hungarian": ("tanító tanuló tanítás tanulás edzés", "validálás validációs ellenőrző", "teszt tesztelő tesztelés"),
    "Turkish": ("eğitim eğitme öğrenme", "doğrulama geçerleme", "sınama deneme değerlendirme"),
    "Lithuanian": ("mokymas mokymo", "validavimas validavimo", "testavimas testavimo"),
    "Latvian": (
        "apmācība apmācības apmācībai mācības mācību mācīšanās treniņš treniņa treniņu trenēšana",
        "validācija validācijas validēšana",
        "testēšana testēšanas testi testa pārbaude pārbaudes",
    ),
    "Estonian": (
        "treening treeningu treenimine õpe õppe koolitus",
        "valideerimine valideerimise",
        "testimine testimise",
    ),
    "Icelandic": ("þjálfun þjálfunar", "staðfesting sannprófun", "prófun prófunar"),
    "Basque and Galician": (
        "entrenamendu entrenamendua trebakuntza adestramento",
        "balidazioa baliozkotzea",
        "proba probak probas",
    ),
    "Welsh and Irish": ("hyfforddi hyfforddiant traenáil", "dilysu bailíochtú", "prawf profion tástáil"),
    "Albanian": ("trajnim trajnimi stërvitje", "validim validimi", "testim testimi"),
    "Maltese": ("taħriġ", "validazzjoni", "ittestjar"),
    "Afrikaans": ("opleiding", "validasie", "toetsing"),
    "Greek": ("εκπαίδευση εκπαίδευσης μάθηση", "επικύρωση επικύρωσης", "δοκιμή δοκιμής έλεγχος ελέγχου τεστ"),
    "Russian": (
        "обучение обучения обучающая обучающие обучающий тренировка тренировки тренировочная тренировочный "
        "тренировочные трейн",
        "валидация валидации валидационная валидационный валидационные проверка проверки проверочная проверочный "
        "проверочные",
        "тест теста тесты тестовая тестовый тестовые тестирование тестирования контроль контроля контрольная",
    ),
    "Ukrainian": (
        "навчання навчальна навчальні тренування тренувальна тренувальні",
        "валідація валідаційна перевірка перевірки",
        "тестування тестова тестові",
    ),
    "Bulgarian": ("обучаващи обучаващо тренировъчни", "валидиране проверовъчни", "тестване тестови"),
    "Serbian": ("обука обуку учење тренирање", "валидација провера", "тестирање испитивање"),
    "Macedonian": ("тренинг обучување", "валидација", "тестирање"),
    "Belarusian": ("навучанне трэніроўка", "валідацыя", "тэст тэставанне"),
    "Kazakh": ("оқыту жаттығу", "тексеру", "сынақ"),
    "Mongolian": ("сургалт", "баталгаажуулалт", "туршилт"),
    "Azerbaijani": ("təlim öyrətmə", "doğrulama", "sınaq"),
    "Uzbek": ("oqitish mashq", "tekshirish", "sinov"),
    "Georgian": ("სასწავლო წვრთნა ტრენინგი", "ვალიდაცია", "ტესტი ტესტირება სატესტო"),
    "Armenian": ("ուսուցում մարզում", "վավերացում", "թեստ թեստավորում"),
    "Arabic": ("تدريب تعلم تعليم", "تحقق تصديق", "اختبار امتحان فحص تقييم"),
    "Persian": ("آموزش آموزشی یادگیری", "اعتبارسنجی", "آزمون آزمایش آزمایشی تست"),
    "Urdu": ("تربیت تربیتی ٹریننگ", "توثیق", "ٹیسٹ آزمائش جانچ"),
    "Hebrew": ("אימון למידה", "אימות תיקוף", "מבחן בדיקה"),
    "Hindi": (
        "प्रशिक्षण शिक्षण ट्रेनिंग ट्रेन",
        "सत्यापन मान्यकरण वैधीकरण वैलिडेशन",
        "परीक्षण परीक्षा टेस्ट टेस्टिंग जाँच जांच मूल्यांकन",
    ),
    "Marathi": ("ट्रेनिंग", "पडताळणी प्रमाणीकरण", "चाचणी"),
    "Bengali": ("প্রশিক্ষণ ট্রেনিং ট্রেন", "যাচাই যাচাইকরণ বৈধকরণ", "পরীক্ষা পরীক্ষণ টেস্ট"),
    "Punjabi": ("ਸਿਖਲਾਈ ਟ੍ਰੇਨਿੰਗ", "ਪ੍ਰਮਾਣਿਕਤਾ", "ਟੈਸਟ ਪ੍ਰੀਖਿਆ ਪਰਖ"),
    "Tamil": ("பயிற்சி", "சரிபார்ப்பு", "சோதனை தேர்வு"),
    "Malayalam": ("പരിശീലനം", "സാധൂകരണം", "പരിശോധന"),
    "Kannada": ("ತರಬೇತಿ", "ಮೌಲ್ಯೀಕರಣ", "ಪರೀಕ್ಷೆ"),
    "Gujarati": ("તાલીમ", "માન્યતા", "પરીક્ષણ"),
    "Telugu": ("శిక్షణ", "ధ్రువీకరణ ధృవీకరణ", "పరీక్ష"),
    "Thai": ("ฝึก ฝึกฝน ฝึกสอน ฝึกอบรม เรียนรู้ เทรน", "ตรวจสอบ", "ทดสอบ"),
    "Vietnamese": ("huấnluyện đàotạo luyệntập", "xácthực xácnhận thẩmđịnh kiểmđịnh", "kiểmtra kiểmthử đánhgiá"),
    "Indonesian": ("latih latihan pelatihan", "validasi", "uji pengujian ujian"),
    "Malay": ("melatih", "pengesahan", "menguji"),
    "Filipino": ("pagsasanay", "pagpapatunay", "pagsubok"),
    "Swahili": ("mafunzo", "uthibitisho uthibitishaji", "jaribio majaribio"),
    "Chinese": ("训练 訓練 学习 學習", "验证 驗證 校验 開發 开发", "测试 測試 测验 評估 评估 检验"),
    "Japanese": ("学習 訓練 トレーニング 教師", "検証 バリデーション", "テスト 評価 試験"),
    "Korean": ("훈련 학습 트레이닝", "검증", "테스트 시험 평가"),
}

SHORT_WORDS = ("tr", "va vl cv", "te ts")
"""What may be languages or letters as well, so that it counts only where all parts are called so."""

AROUND_WORDS: dict[str, str] = {
    "English": "set sets data dataset datasets database image images img imgs pic pics picture pictures photo photos "
    "jpg jpeg png file files folder folders dir split splits part parts subset sample samples phase the of for final "
    "new full all resized cropped small labeled labelled sorted clean my copy s ing",
    "German": "bild bilder daten datensatz satz datei dateien menge mengen sammlung gruppe ordner foto fotos teil "
    "material kopie",
    "French": "données jeu jeux ensemble dossier de des du d la le les l pour échantillon lot",
    "Spanish": "datos conjunto conjuntos imágenes imagen carpeta el los las para muestra",
    "Catalan": "dades conjunt imatges",
    "Portuguese": "dados imagens imagem pasta do da dos das amostra",
    "Italian": "di del della dati immagini immagine insieme cartella campione",
    "Romanian": "date set imagini pentru",
    "Dutch": "gegevens afbeeldingen map van verzameling foto's",
    "Nordic": "bilde bilder billeder kuvat aineisto datasett datasæt sett sæt mängd mapp för til",
    "Polish": "zbiór dane danych obrazy zdjęcia",
    "Czech and Slovak": "sada snímky obrázky množina data dáta",
    "Croatian and Slovenian": "skup podaci podataka podatki slike za množica",
    "Hungarian": "képek adatok halmaz készlet",
    "Turkish": "veri verisi resim resimler resimleri küme kümesi seti için",
    "Latvian and Estonian": "dati datu kopa attēli attēlu bildes andmed andmestik pildid",
    "Greek": "δεδομένα δεδομένων εικόνες σύνολο",
    "Cyrillic": "выборка выборки набор данные данных изображения фото картинки папка для на вибірка набір дані "
    "зображення скуп подаци слике за данни",
    "Arabic, Persian and Urdu": "ال بيانات صور مجموعة مجلد عينة داده های تصاویر مجموعه ڈیٹا سیٹ تصاویر",
    "Hebrew": "נתונים תמונות סט",
    "Hindi and Marathi": "डेटा डाटा सेट डेटासेट चित्र छवि छवियाँ तस्वीरें फोटो का के की लिए",
    "Bengali": "ডেটা ডাটা সেট ডেটাসেট ছবি জন্য",
    "Tamil, Telugu and Punjabi": "தரவு படங்கள் డేటా చిత్రాలు ਡਾਟਾ",
    "Thai": "ชุด ข้อมูล รูปภาพ ภาพ สำหรับ",
    "Vietnamese": "tập bộ dữliệu ảnh hìnhảnh thưmục",
    "Indonesian and Malay": "gambar himpunan untuk",
    "Chinese": "集 集合 数据 數據 数据集 資料 图片 图像 圖片 圖像 影像 样本 樣本 用 组",
    "Japanese": "用 データ 画像 写真 セット",
    "Korean": "이미지 데이터 세트 셋 사진 용",
}
