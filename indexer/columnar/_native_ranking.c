/* The order of results: everything that comes after it is known which articles are results.
 *
 * `rank` does what `scoring.first_phase`, `candidates`, `adjacency` and `feedback` do one after the
 * other, with the arrays of a part that were opened once (`open_part`) in place of those that each of
 * its steps (`_native_steps.c`) is handed. Of every list it touches the blocks are checked as in
 * `container.Section`.
 */
#include "_native_steps.h"

/* ----------------------------------------------------------------------------- a part, opened */

/* The arrays of a part in the order in which `open_part` is given them: first the sections, which
 * are checked as they are touched, then what is whole. */
enum {
    WORD_DATA, WORD_WEIGHTS, BARE_DATA, BARE_WEIGHTS, LONG_DATA, LONG_WEIGHTS, PAIR_DATA, PAIR_WEIGHTS,
    TOKENS, SECTIONS
};
enum { /* five of them together are those of `entry_of` */
    WORD_DF, WORD_AT, WORD_MORE, WORD_WEIGHT_AT, BARE_DF, BARE_AT, BARE_MORE, BARE_WEIGHT_AT,
    LONG_DF, LONG_AT, LONG_MORE, LONG_WEIGHT_AT, PAIR_DF, PAIR_AT, PAIR_WEIGHT_AT, LONG_ENTRIES,
    FIRSTS, SECONDS, VARIANTS, FOLDED_FIRST, EXACT_FOLDED, TOKEN_AT, RARE_AT, RARE_NUMBERS,
    RAW_ORDER, RAW_STARTS, PER_WEIGHT, SIGNATURE_WORDS, SIGNATURE_WEIGHTS, UNMARKED, STEP_TABLE, WHOLE_ARRAYS
};
enum { BY_WORD, BY_BARE, BY_LONG };
enum { BLOCK = 1 << 16, PAIR_BLOCK = 32, MANY = 127 };

typedef struct {
    Py_ssize_t n;
    int count;
    Py_buffer raw[SECTIONS], checked[SECTIONS], views[WHOLE_ARRAYS];
    PyObject *check[SECTIONS]; /* section.check(first block, last block) */
    int sections;
} Part;

static Py_ssize_t length_of(const Part *part, int array) {
    return part->views[array].len / part->views[array].itemsize;
}

static void close_part(PyObject *capsule) {
    Part *part = PyCapsule_GetPointer(capsule, "part");
    if (!part) return;
    for (int i = 0; i < part->count; i++) PyBuffer_Release(&part->views[i]);
    for (int i = 0; i < part->sections; i++) {
        PyBuffer_Release(&part->raw[i]);
        PyBuffer_Release(&part->checked[i]);
        Py_DECREF(part->check[i]);
    }
    PyMem_Free(part);
}

/* open_part(n, sections, arrays) -> what `rank` and `cover` know a part of `n` articles by. A section
 * is (its bytes, which blocks are checked, how to check some). */
static PyObject *open_part(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    static const int width[WHOLE_ARRAYS] = {
        [RARE_NUMBERS] = 4, [RAW_ORDER] = 8, [RAW_STARTS] = 8, [PER_WEIGHT] = 4, [SIGNATURE_WORDS] = 2,
        [SIGNATURE_WEIGHTS] = 1, [UNMARKED] = 1, [STEP_TABLE] = 1, [PAIR_DF] = 1,
    };
    PyObject *capsule;
    Part *part;
    if (!counted(n, 3)) return NULL;
    if (!PyTuple_Check(args[1]) || !PyTuple_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "sections and arrays are tuples");
        return NULL;
    }
    if (!counted(PyTuple_GET_SIZE(args[1]), SECTIONS)) return NULL;
    if (!counted(PyTuple_GET_SIZE(args[2]), WHOLE_ARRAYS)) return NULL;
    if (!(part = PyMem_Calloc(1, sizeof(Part)))) return PyErr_NoMemory();
    if (!(capsule = PyCapsule_New(part, "part", close_part))) {
        PyMem_Free(part);
        return NULL;
    }
    part->n = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
    NEED(part->n != -1 || !PyErr_Occurred());
    for (int i = 0; i < SECTIONS; i++) {
        PyObject *raw, *checked, *check;
        NEED(PyArg_ParseTuple(PyTuple_GET_ITEM(args[1], i), "OOO", &raw, &checked, &check));
        NEED(!PyObject_GetBuffer(raw, &part->raw[i], PyBUF_SIMPLE));
        if (PyObject_GetBuffer(checked, &part->checked[i], PyBUF_SIMPLE)) {
            PyBuffer_Release(&part->raw[i]);
            goto failed;
        }
        part->check[i] = Py_NewRef(check);
        part->sections++;
    }
    for (int i = 0; i < WHOLE_ARRAYS; i++) {
        NEED(!PyObject_GetBuffer(PyTuple_GET_ITEM(args[2], i), &part->views[i], PyBUF_SIMPLE));
        part->count++;
        if (width[i] && part->views[i].itemsize != width[i]) {
            PyErr_Format(PyExc_TypeError, "array %d: items of %zd bytes", i, part->views[i].itemsize);
            goto failed;
        }
    }
    const Py_ssize_t articles = part->n;
    NEED(enough(articles, 0) && enough(length_of(part, PER_WEIGHT), articles));
    NEED(enough(length_of(part, TOKEN_AT), articles + 1) && enough(length_of(part, STEP_TABLE), STEPS + 1));
    NEED(enough(length_of(part, RARE_NUMBERS), length_of(part, RARE_AT)));
    return capsule;
failed:
    Py_DECREF(capsule);
    return NULL;
}

static Part *part_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, "part"); }

/* A number of a whole array; -1 with an error where it has none there. */
static int64_t whole(const Part *part, int array, int64_t at) {
    if ((uint64_t)at < (uint64_t)length_of(part, array)) return (int64_t)item(&part->views[array], at);
    PyErr_SetString(PyExc_IndexError, "a number is beyond its table");
    return -1;
}

/* The bytes of a section from `start` to `end`, checked; NULL after an error. */
static const uint8_t *bytes_at(const Part *part, int section, int64_t start, int64_t end) {
    if (start < 0 || start > end || end > part->raw[section].len) {
        PyErr_SetString(PyExc_IndexError, "a place is beyond its section");
        return NULL;
    }
    const Py_ssize_t first = start / BLOCK, last = (end + BLOCK - 1) / BLOCK;
    for (Py_ssize_t block = first; block < last; block++)
        if (block >= part->checked[section].len || !((uint8_t *)part->checked[section].buf)[block]) {
            PyObject *done = PyObject_CallFunction(part->check[section], "nn", first, last);
            if (!done) return NULL;
            Py_DECREF(done);
            break;
        }
    return (const uint8_t *)part->raw[section].buf + start;
}

/* The list of a word (see `inverted.Inverted.coded`); 0 after an error. */
static int list_of(const Part *part, int kind, int64_t number, List *list) {
    const int tables = WORD_DF + 4 * kind, data = WORD_DATA + 2 * kind;
    const int64_t df = whole(part, tables, number);
    *list = (List){.kind = FAR, .steps = part->views[STEP_TABLE].buf, .number = -1};
    if (df <= 0) return df == 0;
    const int64_t at = whole(part, tables + 1, number), weight_at = whole(part, tables + 3, number);
    if (at < 0 || weight_at < 0) return 0;
    list->kind = df * 5 >= part->n * 2 ? DENSE : df * 128 >= part->n ? NEAR : FAR;
    list->df = df;
    if (list->kind == DENSE) list->data_n = part->n;
    else if (list->kind == FAR) list->data_n = 2 * df;
    else {
        const int64_t more = whole(part, tables + 2, number);
        if (more < 0) return 0;
        list->data_n = df + more;
    }
    if (!(list->data = bytes_at(part, data, at, at + list->data_n))) return 0;
    if (list->kind == DENSE || weight_at == UINT32_MAX) return 1;
    list->weights_n = (df + 1) / 2;
    return (list->weights = bytes_at(part, data + 1, weight_at, weight_at + list->weights_n)) != NULL;
}

/* The list of an entry of the pairs (see `inverted.Pairs.all_coded`); 0 after an error. */
static int list_of_pair(const Part *part, int64_t entry, List *list) {
    const uint8_t *const packed = part->views[PAIR_DF].buf;
    if (entry < 0 || entry >= length_of(part, PAIR_DF)) {
        PyErr_SetString(PyExc_IndexError, "no such pair");
        return 0;
    }
    const int64_t df = packed[entry] >> 1, block = entry / PAIR_BLOCK;
    if (df == MANY) { /* it stands among the long ones */
        const Py_buffer *entries = &part->views[LONG_ENTRIES];
        Py_ssize_t low = 0, high = length_of(part, LONG_ENTRIES);
        while (low < high) {
            const Py_ssize_t middle = low + (high - low) / 2;
            if ((int64_t)item(entries, middle) < entry) low = middle + 1;
            else high = middle;
        }
        return list_of(part, BY_LONG, low, list);
    }
    int64_t at = whole(part, PAIR_AT, block), weight_at = whole(part, PAIR_WEIGHT_AT, block);
    if (at < 0 || weight_at < 0) return 0;
    for (int64_t i = block * PAIR_BLOCK; i < entry; i++) {
        const int before = packed[i] >> 1;
        if (before == MANY) continue;
        at += before;
        if (packed[i] & 1) weight_at += (before + 1) / 2;
    }
    *list = (List){.kind = FAR, .steps = part->views[STEP_TABLE].buf, .number = -1, .df = df};
    list->data_n = 2 * df;
    if (!(list->data = bytes_at(part, PAIR_DATA, 2 * at, 2 * at + list->data_n))) return 0;
    if (!(packed[entry] & 1)) return 1;
    list->weights_n = (df + 1) / 2;
    return (list->weights = bytes_at(part, PAIR_WEIGHTS, weight_at, weight_at + list->weights_n)) != NULL;
}

/* The entries whose words have these folded numbers: from `*first` to before the result; -1 after an
 * error. */
static int64_t entries_of(const Part *part, int64_t one, int64_t two, int64_t *first) {
    const int64_t low = whole(part, FOLDED_FIRST, two), high = whole(part, FOLDED_FIRST, two + 1);
    int64_t at = whole(part, FIRSTS, one), end = whole(part, FIRSTS, one + 1), beyond = end;
    if (low < 0 || high < 0 || at < 0 || end < 0) return -1;
    const Py_buffer *seconds = &part->views[SECONDS];
    if (end > length_of(part, SECONDS)) {
        PyErr_SetString(PyExc_IndexError, "no such pairs");
        return -1;
    }
    while (at < beyond) {
        const int64_t middle = at + (beyond - at) / 2;
        if ((int64_t)item(seconds, middle) < low) at = middle + 1;
        else beyond = middle;
    }
    *first = at;
    while (at < end && (int64_t)item(seconds, at) < high) at++;
    return at;
}

/* ------------------------------------------------------------------------- the order of results */

enum { MOST_RANKED = 200, MOST_RUNS = 64 }; /* distinct words and runs of a query */

typedef struct {
    double idf, folded_idf, df;
    int times, postponed;
} Word;

/* A word of the query in a part. */
typedef struct {
    Py_ssize_t exact, folded;
} Numbers;

/* Two words side by side in the query; `any_marks`: as whatever folds alike. */
typedef struct {
    uint8_t first, second, any_marks;
    int times;
    double df;
} Pair;

typedef struct {
    double k1_word, k1_pair, folded, pair, pair_there; /* `scoring`, `lists` */
    double common, few_postings, telling, unmarked;
    double near, window;               /* `candidates` */
    double whole, scattered, full, none; /* `adjacency` */
    Py_ssize_t reranked, few_words, most_words;
    Ways ways;
    Sharing sharing;
} Constants;

typedef struct {
    const Constants *constants;
    Py_ssize_t parts, words, runs, total; /* total: of words in all runs */
    double articles;
    Part *part[MOST_RUNS];
    int64_t base[MOST_RUNS];
    Word word[MOST_RANKED];
    Numbers *numbers; /* words of part 0, of part 1, ... */
    const uint8_t *line[MOST_RUNS], *sure[MOST_RUNS];
    Py_ssize_t length[MOST_RUNS];
    Pair *pair;
    Py_ssize_t pairs;
    List *lists; /* of the pairs: part by part, pair by pair */
    Py_ssize_t lists_n, lists_room, *ends;
    PyObject *marked; /* by part the exact numbers of the words that were typed with marks */
} Ranking;

static int read_numbers(PyObject *given, Numbers *numbers, Py_ssize_t words) {
    if (!PyList_Check(given) || PyList_GET_SIZE(given) != words) {
        PyErr_SetString(PyExc_TypeError, "not the numbers of the words");
        return 0;
    }
    for (Py_ssize_t w = 0; w < words; w++) {
        PyObject *one = PyList_GET_ITEM(given, w);
        if (!PyTuple_Check(one) || PyTuple_GET_SIZE(one) < 2) {
            PyErr_SetString(PyExc_TypeError, "not the numbers of a word");
            return 0;
        }
        numbers[w].exact = PyLong_AsSsize_t(PyTuple_GET_ITEM(one, 0));
        numbers[w].folded = PyLong_AsSsize_t(PyTuple_GET_ITEM(one, 1));
        if (PyErr_Occurred()) return 0;
    }
    return 1;
}

/* The words, rarest first, and which wait for the second phase. */
static int read_words(Ranking *ranking, PyObject *given) {
    const Constants *c = ranking->constants;
    double postings = 0;
    for (Py_ssize_t w = 0; w < ranking->words; w++) {
        PyObject *one = PyList_GET_ITEM(given, w);
        Word *word = &ranking->word[w];
        if (!PyTuple_Check(one) || PyTuple_GET_SIZE(one) < 5) {
            PyErr_SetString(PyExc_TypeError, "not a word");
            return 0;
        }
        word->idf = PyFloat_AsDouble(PyTuple_GET_ITEM(one, 2));
        word->folded_idf = PyFloat_AsDouble(PyTuple_GET_ITEM(one, 3));
        word->df = PyFloat_AsDouble(PyTuple_GET_ITEM(one, 4));
        if (PyErr_Occurred()) return 0;
        word->postponed = w && (postings > c->few_postings || word->df > c->common * ranking->articles);
        postings += word->df;
    }
    return 1;
}

static int read_lines(Ranking *ranking, PyObject *lines, PyObject *sure) {
    Py_ssize_t length;
    char *bytes;
    for (Py_ssize_t r = 0; r < ranking->runs; r++) {
        if (PyBytes_AsStringAndSize(PyList_GET_ITEM(lines, r), &bytes, &ranking->length[r])) return 0;
        ranking->line[r] = (const uint8_t *)bytes;
        if (PyBytes_AsStringAndSize(PyList_GET_ITEM(sure, r), &bytes, &length)) return 0;
        ranking->sure[r] = (const uint8_t *)bytes;
        if (!enough(length, ranking->length[r])) return 0;
        ranking->total += ranking->length[r];
    }
    ranking->pair = PyMem_Malloc((ranking->total + 1) * sizeof(Pair));
    if (!ranking->pair) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t r = 0; r < ranking->runs; r++) {
        const uint8_t *line = ranking->line[r], *known = ranking->sure[r];
        for (Py_ssize_t i = 0; i < ranking->length[r]; i++) {
            if (line[i] >= ranking->words) {
                PyErr_SetString(PyExc_IndexError, "no such word");
                return 0;
            }
            ranking->word[line[i]].times++;
            if (!i) continue;
            const Pair pair = {line[i - 1], line[i], !(known[i - 1] && known[i]), 1, 0};
            Py_ssize_t p = 0;
            while (p < ranking->pairs &&
                   (ranking->pair[p].first != pair.first || ranking->pair[p].second != pair.second ||
                    ranking->pair[p].any_marks != pair.any_marks))
                p++;
            if (p < ranking->pairs) ranking->pair[p].times++;
            else ranking->pair[ranking->pairs++] = pair;
        }
    }
    return 1;
}

static int keep_list(Ranking *ranking, const Part *part, int64_t entry, Pair *pair) {
    if (ranking->lists_n == ranking->lists_room) {
        const Py_ssize_t room = 2 * ranking->lists_room + 32;
        List *lists = PyMem_Realloc(ranking->lists, room * sizeof(List));
        if (!lists) {
            PyErr_NoMemory();
            return 0;
        }
        ranking->lists = lists;
        ranking->lists_room = room;
    }
    List *list = &ranking->lists[ranking->lists_n++];
    if (!list_of_pair(part, entry, list)) return 0;
    pair->df += (double)list->df;
    return 1;
}

/* The lists of all pairs in all parts. */
static int find_lists(Ranking *ranking) {
    ranking->ends = PyMem_Malloc((ranking->parts * ranking->pairs + 1) * sizeof(Py_ssize_t));
    if (!ranking->ends) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t i = 0; i < ranking->parts; i++) {
        const Part *part = ranking->part[i];
        const Numbers *numbers = ranking->numbers + i * ranking->words;
        for (Py_ssize_t p = 0; p < ranking->pairs; p++) {
            Pair *pair = &ranking->pair[p];
            const Numbers one = numbers[pair->first], two = numbers[pair->second];
            int64_t entry = 0, end = 0;
            if (one.folded >= 0 && two.folded >= 0) {
                if (pair->any_marks || one.exact < 0 || two.exact < 0) {
                    end = entries_of(part, one.folded, two.folded, &entry);
                    if (end < 0) return 0;
                } else {
                    entry = entry_of(&part->views[FIRSTS], one.exact, two.exact);
                    end = entry < 0 ? entry : entry + 1;
                }
            }
            for (; entry < end; entry++)
                if (!keep_list(ranking, part, entry, pair)) return 0;
            ranking->ends[i * ranking->pairs + p] = ranking->lists_n;
        }
    }
    return 1;
}

static double rarity(double count, double articles) {
    return log(1 + fmax(0.0, articles - count + 0.5) / (count + 0.5));
}

/* The lists of pair `p` in part `i`: from `*first` to before the result. */
static Py_ssize_t lists_of(const Ranking *ranking, Py_ssize_t i, Py_ssize_t p, Py_ssize_t *first) {
    const Py_ssize_t at = i * ranking->pairs + p;
    *first = at ? ranking->ends[at - 1] : 0;
    return ranking->ends[at];
}

/* The first phase for part `i`: what each word that does not wait and each pair adds. */
static int add_all(const Ranking *ranking, Py_ssize_t i, float *scores) {
    const Constants *c = ranking->constants;
    const Part *part = ranking->part[i];
    const float *per_weight = part->views[PER_WEIGHT].buf;
    List list;
    for (Py_ssize_t w = 0; w < ranking->words; w++) {
        const Word *word = &ranking->word[w];
        const Py_ssize_t number = ranking->numbers[i * ranking->words + w].exact;
        if (word->postponed || number < 0) continue;
        const float factor = (float)(word->idf * word->times * (c->k1_word + 1));
        if (!list_of(part, BY_WORD, number, &list)) return 0;
        if (!add_list(scores, part->n, &list, per_weight, factor, (float)c->k1_word, 0)) goto beyond;
    }
    for (Py_ssize_t p = 0; p < ranking->pairs; p++) {
        const double weight = rarity(ranking->pair[p].df, ranking->articles) * ranking->pair[p].times;
        const float factor = (float)(c->pair * weight * (c->k1_pair + 1));
        const float flat = (float)(c->pair_there * weight);
        Py_ssize_t first, end = lists_of(ranking, i, p, &first);
        for (; first < end; first++) {
            list = ranking->lists[first];
            if (!add_list(scores, part->n, &list, per_weight, factor, (float)c->k1_pair, flat)) goto beyond;
        }
    }
    return 1;
beyond:
    PyErr_SetString(PyExc_IndexError, "an article number is too large");
    return 0;
}

/* What a list adds to some articles, as `coded.add_in`. */
static void add_in_some(
    float *out, List *list, const int64_t *articles, Py_ssize_t count, const float *scale, float k1,
    float factor
) {
    for (Py_ssize_t i = 0; i < count && reach(list, articles[i]); i++) {
        if (list->doc != articles[i]) continue;
        const float x = weight(list) * scale[articles[i]];
        out[i] += factor * (x / (x + k1));
    }
}

/* `candidates._from_lists`: out[0] words, [1] folded. */
static int evidence_of_lists(
    const Ranking *ranking, Py_ssize_t i, const int64_t *articles, Py_ssize_t count, float *out
) {
    const Constants *c = ranking->constants;
    const Part *part = ranking->part[i];
    const float *per_weight = part->views[PER_WEIGHT].buf;
    memset(out, 0, 4 * count * sizeof(float));
    for (Py_ssize_t w = 0; w < ranking->words; w++) {
        const Word *word = &ranking->word[w];
        const Numbers number = ranking->numbers[i * ranking->words + w];
        const double often = word->times * (c->k1_word + 1);
        List list;
        if (number.folded < 0) continue;
        if (!list_of(part, BY_BARE, number.folded, &list)) return 0;
        add_in_some(
            out + count, &list, articles, count, per_weight, (float)c->k1_word,
            (float)(c->folded * word->folded_idf * often)
        );
        if (!word->postponed || number.exact < 0) continue;
        if (!list_of(part, BY_WORD, number.exact, &list)) return 0;
        add_in_some(
            out, &list, articles, count, per_weight, (float)c->k1_word, (float)(word->idf * often)
        );
    }
    return 1;
}

/* The raw numbers of the exact numbers from `first` to before `last`; NULL after an error. */
static const int64_t *raw_numbers(const Part *part, int64_t first, int64_t last, Py_ssize_t *count) {
    const int64_t start = whole(part, RAW_STARTS, first), end = whole(part, RAW_STARTS, last);
    if (start < 0 || end < start || end > length_of(part, RAW_ORDER)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "no such raw numbers");
        return NULL;
    }
    *count = end - start;
    return (const int64_t *)part->views[RAW_ORDER].buf + start;
}

/* `candidates._from_tokens`. */
static int evidence_of_texts(
    const Ranking *ranking, Py_ssize_t i, const int64_t *articles, Py_ssize_t count,
    Py_ssize_t candidates, float *out
) {
    const Constants *c = ranking->constants;
    const Part *part = ranking->part[i];
    const Numbers *numbers = ranking->numbers + i * ranking->words;
    const int64_t *alike[MOST_RANKED] = {0}, *own[MOST_RANKED] = {0};
    Py_ssize_t alike_n[MOST_RANKED], own_n[MOST_RANKED], used[MOST_RANKED], looked = 0, slots = 0;
    uint8_t slot_of[MOST_RANKED];
    int64_t rarest = 0;
    int telling = 0, done = 0;
    Sought sought = {0};
    for (Py_ssize_t w = 0; w < ranking->words; w++) telling |= ranking->word[w].folded_idf >= c->telling;
    memset(slot_of, 255, sizeof(slot_of));
    for (Py_ssize_t w = 0; w < ranking->words && looked < c->most_words; w++) {
        if (telling && !(ranking->word[w].folded_idf >= c->telling)) continue;
        Py_ssize_t same = 0;
        while (same < looked && numbers[used[same]].folded != numbers[w].folded) same++;
        used[looked++] = w;
        alike_n[w] = own_n[w] = 0;
        slot_of[w] = same < looked - 1 && numbers[w].folded >= 0 ? slot_of[used[same]] : (uint8_t)slots++;
        if (numbers[w].folded < 0) continue;
        const int64_t first = whole(part, FOLDED_FIRST, numbers[w].folded);
        const int64_t last = whole(part, FOLDED_FIRST, numbers[w].folded + 1);
        if (first < 0 || last < 0) return 0;
        if (!(alike[w] = raw_numbers(part, first, last, &alike_n[w]))) return 0;
        for (Py_ssize_t k = 0; k < alike_n[w]; k++) rarest = alike[w][k] > rarest ? alike[w][k] : rarest;
        if (numbers[w].exact < 0) continue;
        if (!(own[w] = raw_numbers(part, numbers[w].exact, numbers[w].exact + 1, &own_n[w]))) return 0;
    }
    if (!open_sought(&sought, rarest)) goto failed;
    for (int is_own = 0; is_own < 2; is_own++)
        for (Py_ssize_t k = 0; k < looked; k++) {
            const Py_ssize_t w = used[k];
            const Word *word = &ranking->word[w];
            if (is_own) {
                code_tokens(&sought, own[w], own_n[w], slot_of[w], 1);
                continue;
            }
            const double often = word->times * (c->k1_word + 1);
            code_tokens(&sought, alike[w], alike_n[w], slot_of[w], 0);
            seek(
                &sought, slot_of[w], (float)(c->folded * word->folded_idf * often),
                word->postponed ? (float)(word->idf * often) : 0, (float)word->folded_idf
            );
        }
    if (!open_neighbours(&sought)) goto failed;
    for (Py_ssize_t r = 0; r < ranking->runs; r++) {
        uint8_t *line = PyMem_Malloc(ranking->length[r] + 1);
        if (!line) {
            PyErr_NoMemory();
            goto failed;
        }
        for (Py_ssize_t k = 0; k < ranking->length[r]; k++) line[k] = slot_of[ranking->line[r][k]];
        number_pairs(&sought, line, ranking->length[r], c->ways.distance);
        PyMem_Free(line);
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        const int64_t start = whole(part, TOKEN_AT, articles[k]);
        const int64_t end = whole(part, TOKEN_AT, articles[k] + 1);
        if (start < 0 || end < 0 || !bytes_at(part, TOKENS, 2 * start, 2 * end)) goto failed;
    }
    Ways ways = c->ways;
    ways.candidates = candidates;
    const Texts texts = {
        part->raw[TOKENS].buf, part->raw[TOKENS].len / 2, rarest >= RARE ? length_of(part, RARE_AT) : 0,
        length_of(part, PER_WEIGHT), &part->views[TOKEN_AT], &part->views[RARE_AT],
        part->views[RARE_NUMBERS].buf, part->views[PER_WEIGHT].buf,
    };
    done = read_texts(&texts, &sought, &ways, articles, count, out);
failed:
    close_sought(&sought);
    return done;
}

/* `candidates.without_marks_factor`. */
static int count_marks(
    const Ranking *ranking, Py_ssize_t i, const int64_t *articles, Py_ssize_t count, float *scores
) {
    const Part *part = ranking->part[i];
    const uint8_t *unmarked = part->views[UNMARKED].buf;
    PyObject *marked = PyList_GET_ITEM(ranking->marked, i);
    if (!PyList_Check(marked) || !PyList_GET_SIZE(marked)) return 1;
    if (!enough(length_of(part, UNMARKED), part->n)) return 0;
    for (Py_ssize_t k = 0; k < count; k++) {
        int lacks = unmarked[articles[k]];
        for (Py_ssize_t m = 0; lacks && m < PyList_GET_SIZE(marked); m++) {
            const Py_ssize_t number = PyLong_AsSsize_t(PyList_GET_ITEM(marked, m));
            List list;
            if (number < 0) {
                if (PyErr_Occurred()) return 0;
                continue;
            }
            if (!list_of(part, BY_WORD, number, &list)) return 0;
            lacks = !reach(&list, articles[k]) || list.doc != articles[k];
        }
        if (lacks) scores[k] *= (float)ranking->constants->unmarked;
    }
    return 1;
}

/* `adjacency.count_adjacency`. */
static int count_adjacency(
    const Ranking *ranking, Py_ssize_t i, const int64_t *articles, Py_ssize_t count, float *scores
) {
    const Constants *c = ranking->constants;
    if (ranking->runs != 1 || !ranking->pairs) return 1;
    const double much = fmax(0.0, fmin(1.0, (c->none - ranking->total) / (c->none - c->full)));
    double sum = 0;
    Together together;
    if (!(much > 0)) return 1;
    for (Py_ssize_t w = 0; w < ranking->words; w++) sum += ranking->word[w].idf * ranking->word[w].times;
    if (!open_together(&together, count)) return 0;
    for (Py_ssize_t p = 0; p < ranking->pairs; p++) {
        const Pair *pair = &ranking->pair[p];
        const double rarer = fmin(ranking->word[pair->first].df, ranking->word[pair->second].df);
        const double tie = rarer > 0 ? sqrt(fmin(1.0, pair->df / rarer)) : 0;
        Py_ssize_t first, end = lists_of(ranking, i, p, &first);
        for (; first < end; first++) {
            List list = ranking->lists[first];
            see_list(&together, &list, articles);
        }
        end_pair(&together, !p, (float)(1 - much * c->scattered * tie));
    }
    change_scores(&together, scores, (float)(much * c->whole * 2 * sum));
    PyMem_Free(together.least);
    return 1;
}

/* The second phase for the candidates `head`, of which there are `count`: best first again. */
static int rerank(const Ranking *ranking, Scored *head, Py_ssize_t count) {
    const Constants *c = ranking->constants;
    int done = 0;
    const Part *any = ranking->part[0];
    const Py_ssize_t width = length_of(any, SIGNATURE_WORDS) / (any->n ? any->n : 1);
    float *scores = PyMem_Malloc(6 * (count + 1) * sizeof(float)), *out = scores ? scores + count : NULL;
    float *gains = scores ? scores + 5 * count : NULL;
    int64_t *articles = PyMem_Malloc((count + 1) * sizeof(int64_t));
    uint16_t *words = PyMem_Malloc((count * width + 1) * sizeof(uint16_t));
    uint8_t *weights = PyMem_Malloc(count * width + 1);
    if (!scores || !articles || !words || !weights) {
        PyErr_NoMemory();
        goto failed;
    }
    put_in_order(head, count, 0);
    for (Py_ssize_t k = 0; k < count; k++) scores[k] = head[k].score;
    Py_ssize_t start = 0;
    for (Py_ssize_t i = 0; i < ranking->parts; i++) {
        const Part *part = ranking->part[i];
        Py_ssize_t end = start;
        for (; end < count && head[end].number < ranking->base[i] + part->n; end++)
            articles[end] = head[end].number - ranking->base[i];
        const Py_ssize_t some = end - start;
        if (!some) continue;
        if (ranking->total <= c->few_words) {
            if (!evidence_of_lists(ranking, i, articles + start, some, out)) goto failed;
        } else if (!evidence_of_texts(ranking, i, articles + start, some, count, out)) goto failed;
        for (Py_ssize_t k = 0; k < some; k++)
            scores[start + k] += out[k] + out[some + k] + out[2 * some + k] + out[3 * some + k];
        if (!count_marks(ranking, i, articles + start, some, scores + start)) goto failed;
        if (!count_adjacency(ranking, i, articles + start, some, scores + start)) goto failed;
        if (!enough(length_of(part, SIGNATURE_WORDS), part->n * width)) goto failed;
        if (!enough(length_of(part, SIGNATURE_WEIGHTS), part->n * width)) goto failed;
        const uint16_t *all_words = part->views[SIGNATURE_WORDS].buf;
        const uint8_t *all_weights = part->views[SIGNATURE_WEIGHTS].buf;
        for (Py_ssize_t k = start; k < end; k++) {
            memcpy(words + k * width, all_words + articles[k] * width, width * sizeof(uint16_t));
            memcpy(weights + k * width, all_weights + articles[k] * width, width);
        }
        start = end;
    }
    if (!share(scores, words, weights, count, width, &c->sharing, gains)) goto failed;
    for (Py_ssize_t k = 0; k < count; k++) head[k].score = scores[k] + gains[k];
    put_in_order(head, count, 1);
    done = 1;
failed:
    PyMem_Free(scores);
    PyMem_Free(articles);
    PyMem_Free(words);
    PyMem_Free(weights);
    return done;
}

static void close_ranking(Ranking *ranking) {
    if (!ranking) return;
    PyMem_Free(ranking->numbers);
    PyMem_Free(ranking->pair);
    PyMem_Free(ranking->lists);
    PyMem_Free(ranking->ends);
    PyMem_Free(ranking);
}

/* rank(parts, bases, rows, words, numbers, lines, sure, marked, articles, constants, weights,
 *      numbers_out, values_out) -> how many
 *
 * The best of the results `rows` (by part, ascending), best first, as many as there is room for:
 * their numbers and scores. `words` are `scoring.Word`s, rarest first, `numbers` by part what they
 * are there (`open_part.Numbers`); `lines` are the runs of the query, a byte for each word, `sure`
 * beside them whether it is as it was typed; `marked` by part the exact numbers of words that were
 * typed with marks, empty where that does not matter; `articles` how many live; `weights` what an
 * occurrence weighs by field and place. */
static PyObject *rank(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Ranking *ranking = NULL;
    Best best = {0};
    Constants c;
    float *scores = NULL;
    PyObject *found = NULL;
    NEED(counted(n, 13));
    for (int i = 0; i < 8; i++)
        if (!PyList_Check(args[i])) {
            PyErr_SetString(PyExc_TypeError, "not a list");
            goto failed;
        }
    NEED(PyArg_ParseTuple(
        args[9], "ddddddddddddddd(nnn)(nnn)(iff)", &c.k1_word, &c.k1_pair, &c.folded, &c.pair,
        &c.pair_there, &c.common, &c.few_postings, &c.telling, &c.unmarked, &c.near, &c.window, &c.whole,
        &c.scattered, &c.full, &c.none, &c.reranked, &c.few_words, &c.most_words, &c.ways.distance,
        &c.ways.near_places, &c.ways.half, &c.sharing.top, &c.sharing.sharpness, &c.sharing.gain
    ));
    IN(weights, float, args[10]);
    OUT(numbers, int64_t, args[11]);
    OUT(values, float, args[12]);
    c.ways.weights = weights;
    c.ways.early = weights_n / FIELDS;
    c.ways.k1 = (float)c.k1_word;
    c.ways.near = (float)c.near;
    c.ways.window = (float)c.window;
    NEED(enough(values_n, numbers_n) && enough(c.ways.early, 1) && enough(c.ways.half, 1));
    NEED(enough(c.sharing.top, 1) && enough(SLOTS, c.most_words));
    NEED(ranking = PyMem_Calloc(1, sizeof(Ranking)));
    ranking->constants = &c;
    ranking->parts = PyList_GET_SIZE(args[0]);
    ranking->words = PyList_GET_SIZE(args[3]);
    ranking->runs = PyList_GET_SIZE(args[5]);
    ranking->marked = args[7];
    ranking->articles = PyFloat_AsDouble(args[8]);
    NEED(ranking->articles != -1 || !PyErr_Occurred());
    NEED(enough(MOST_RANKED, ranking->words) && enough(MOST_RUNS, ranking->runs));
    NEED(enough(ranking->words, 1) && enough(PyList_GET_SIZE(args[6]), ranking->runs));
    NEED(enough(MOST_RUNS, ranking->parts) && enough(ranking->parts, 1));
    for (int i = 1; i < 8; i++)
        if (i == 1 || i == 2 || i == 4 || i == 7) NEED(enough(PyList_GET_SIZE(args[i]), ranking->parts));
    ranking->numbers = PyMem_Malloc(ranking->parts * ranking->words * sizeof(Numbers));
    if (!ranking->numbers) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t i = 0; i < ranking->parts; i++) {
        NEED(ranking->part[i] = part_of(PyList_GET_ITEM(args[0], i)));
        ranking->base[i] = PyNumber_AsSsize_t(PyList_GET_ITEM(args[1], i), PyExc_OverflowError);
        NEED(ranking->base[i] != -1 || !PyErr_Occurred());
        Numbers *numbers = ranking->numbers + i * ranking->words;
        NEED(read_numbers(PyList_GET_ITEM(args[4], i), numbers, ranking->words));
    }
    NEED(read_words(ranking, args[3]) && read_lines(ranking, args[5], args[6]) && find_lists(ranking));
    NEED(open_best(&best, numbers_n));
    const int held = arrays.count;
    for (Py_ssize_t i = 0; i < ranking->parts; i++) {
        IN(rows, int64_t, PyList_GET_ITEM(args[2], i));
        if (rows_n) {
            scores = PyMem_Calloc(ranking->part[i]->n + 1, sizeof(float));
            if (!scores) {
                PyErr_NoMemory();
                goto failed;
            }
            NEED(add_all(ranking, i, scores));
            if (!offer_rows(&best, scores, ranking->part[i]->n, rows, rows_n, ranking->base[i])) {
                PyErr_SetString(PyExc_IndexError, "an article number is too large");
                goto failed;
            }
            PyMem_Free(scores);
            scores = NULL;
        }
        while (arrays.count > held) PyBuffer_Release(&arrays.views[--arrays.count]);
    }
    settle(&best);
    const Py_ssize_t head = best.count < c.reranked ? best.count : c.reranked;
    NEED(rerank(ranking, best.kept, head));
    for (Py_ssize_t k = 0; k < best.count; k++) {
        numbers[k] = best.kept[k].number;
        values[k] = best.kept[k].score; /* those that were not looked at again come after the others */
        if (k >= head && head && values[k] > values[head - 1]) values[k] = values[head - 1];
    }
    found = PyLong_FromSsize_t(best.count);
failed:
    PyMem_Free(scores);
    PyMem_Free(best.kept);
    close_ranking(ranking);
    release(&arrays);
    return found;
}

enum { LANES = 8 };

static float greatest(const float *values, Py_ssize_t n) {
    float most[LANES] = {0};
    Py_ssize_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++) most[k] = values[i + k] > most[k] ? values[i + k] : most[k];
    for (; i < n; i++) most[0] = fmaxf(most[0], values[i]);
    for (int k = 1; k < LANES; k++) most[0] = fmaxf(most[0], most[k]);
    return most[0];
}

/* cover(parts, numbers, idf, masks, also, (share, everything), outs) -> (by part how many, full)
 *
 * The articles that hold at least `share` of the most that any article holds of some words, and those
 * of `also` (by part, ascending): written to `outs`, which have room for all. What an article holds is
 * the `idf` of its words added up, or nothing where one of the `masks` of its part is false there;
 * `numbers` are by part those of the words. `full` is how many hold `everything`, -1 where no article
 * has anything. */
static PyObject *cover(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *counts = NULL, *found = NULL;
    float *covers[MOST_RUNS] = {0};
    Numbers *numbers = NULL;
    Py_ssize_t parts = 0, full = -1;
    double share, everything;
    float most = 0;
    NEED(counted(n, 7));
    for (int i = 0; i < 7; i++)
        if (i != 5 && !PyList_Check(args[i])) {
            PyErr_SetString(PyExc_TypeError, "not a list");
            goto failed;
        }
    NEED(PyArg_ParseTuple(args[5], "dd", &share, &everything));
    const Py_ssize_t words = PyList_GET_SIZE(args[2]), given = PyList_GET_SIZE(args[0]);
    NEED(enough(MOST_RUNS, given));
    for (int i = 1; i < 7; i++) NEED(i == 2 || i == 5 || enough(PyList_GET_SIZE(args[i]), given));
    NEED(counts = PyList_New(given));
    if (!(numbers = PyMem_Malloc((words + 1) * sizeof(Numbers)))) {
        PyErr_NoMemory();
        goto failed;
    }
    for (; parts < given; parts++) {
        const Part *part = part_of(PyList_GET_ITEM(args[0], parts));
        NEED(part && read_numbers(PyList_GET_ITEM(args[1], parts), numbers, words));
        float *line = covers[parts] = PyMem_Calloc(part->n + 1, sizeof(float));
        if (!line) {
            PyErr_NoMemory();
            goto failed;
        }
        for (Py_ssize_t w = 0; w < words; w++) {
            List list;
            const double idf = PyFloat_AsDouble(PyList_GET_ITEM(args[2], w));
            NEED(idf != -1.0 || !PyErr_Occurred());
            if (numbers[w].exact < 0) continue;
            NEED(list_of(part, BY_WORD, numbers[w].exact, &list));
            if (!add_list(line, part->n, &list, NULL, (float)idf, 0, 0)) goto beyond;
        }
        PyObject *masks = PyList_GET_ITEM(args[3], parts);
        if (!PyList_Check(masks)) {
            PyErr_SetString(PyExc_TypeError, "not a list of masks");
            goto failed;
        }
        for (Py_ssize_t m = 0; m < PyList_GET_SIZE(masks); m++) {
            IN(mask, uint8_t, PyList_GET_ITEM(masks, m));
            NEED(enough(mask_n, part->n));
            for (Py_ssize_t i = 0; i < part->n; i++) line[i] *= mask[i];
            release(&arrays);
        }
        most = fmaxf(most, greatest(line, part->n));
    }
    if (most > 0) full = 0;
    for (Py_ssize_t p = 0; p < parts; p++) {
        const float least = (float)(share * most), all = (float)everything, *line = covers[p];
        Py_ssize_t some = 0;
        if (most > 0) {
            const Py_ssize_t size = part_of(PyList_GET_ITEM(args[0], p))->n;
            IN(also, int64_t, PyList_GET_ITEM(args[4], p));
            OUT(out, int64_t, PyList_GET_ITEM(args[6], p));
            NEED(enough(out_n, size));
            some = places_of(line, size, least, also, also_n, out);
            for (Py_ssize_t i = 0; i < some; i++) full += line[out[i]] >= all;
            release(&arrays);
        }
        PyObject *count = PyLong_FromSsize_t(some);
        NEED(count);
        PyList_SET_ITEM(counts, p, count);
    }
    found = Py_BuildValue("(On)", counts, full);
    goto failed;
beyond:
    PyErr_SetString(PyExc_IndexError, "an article number is too large");
failed:
    for (Py_ssize_t p = 0; p < MOST_RUNS; p++) PyMem_Free(covers[p]);
    PyMem_Free(numbers);
    Py_XDECREF(counts);
    release(&arrays);
    return found;
}

/* ------------------------------------------------------------------- what words stand beside which */

/* In how many articles an entry of the pairs stands; -1 after an error. */
static int64_t times_of(const Part *part, int64_t entry) {
    const int64_t packed = whole(part, PAIR_DF, entry);
    if (packed < 0 || packed >> 1 != MANY) return packed < 0 ? -1 : packed >> 1;
    const Py_buffer *entries = &part->views[LONG_ENTRIES];
    Py_ssize_t low = 0, high = length_of(part, LONG_ENTRIES);
    while (low < high) {
        const Py_ssize_t middle = low + (high - low) / 2;
        if ((int64_t)item(entries, middle) < entry) low = middle + 1;
        else high = middle;
    }
    return whole(part, LONG_DF, low);
}

/* followers(part, folded) -> by variant of a folded number (how many different words follow it, in how
 * many articles they do, added up). */
static PyObject *followers(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    int64_t *sums = NULL; /* of each variant two */
    PyObject *found = NULL;
    if (!counted(n, 2)) return NULL;
    const Part *part = part_of(args[0]);
    const Py_ssize_t folded = PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    if (!part || (folded == -1 && PyErr_Occurred())) return NULL;
    const int64_t first = whole(part, FIRSTS, folded), last = whole(part, FIRSTS, folded + 1);
    const int64_t low = whole(part, FOLDED_FIRST, folded), high = whole(part, FOLDED_FIRST, folded + 1);
    NEED(first >= 0 && last >= 0 && low >= 0 && high >= 0 && enough(high, low));
    if (!(sums = PyMem_Calloc(2 * (high - low) + 1, sizeof(int64_t)))) {
        PyErr_NoMemory();
        goto failed;
    }
    for (int64_t entry = first; entry < last; entry++) {
        const int64_t variant = whole(part, VARIANTS, entry), often = times_of(part, entry);
        NEED(variant >= 0 && often >= 0);
        if (variant >= high - low) continue;
        sums[2 * variant]++;
        sums[2 * variant + 1] += often;
    }
    found = PyList_New(high - low);
    for (Py_ssize_t i = 0; found && i < high - low; i++) {
        PyObject *pair = Py_BuildValue("LL", (long long)sums[2 * i], (long long)sums[2 * i + 1]);
        if (!pair) Py_CLEAR(found);
        else PyList_SET_ITEM(found, i, pair);
    }
failed:
    PyMem_Free(sums);
    return found;
}

/* beside(part, one, two) -> [(first exact number, second, articles)] for the forms of two folded
 * numbers that stand side by side. */
static PyObject *beside(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    if (!counted(n, 3)) return NULL;
    const Part *part = part_of(args[0]);
    const Py_ssize_t one = PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    const Py_ssize_t two = PyNumber_AsSsize_t(args[2], PyExc_OverflowError);
    int64_t entry;
    if (!part || PyErr_Occurred()) return NULL;
    const int64_t end = entries_of(part, one, two, &entry), base = whole(part, FOLDED_FIRST, one);
    if (end < 0 || base < 0) return NULL;
    PyObject *found = PyList_New(end - entry);
    for (Py_ssize_t i = 0; found && entry < end; i++, entry++) {
        const int64_t variant = whole(part, VARIANTS, entry), second = whole(part, SECONDS, entry);
        const int64_t times = times_of(part, entry);
        PyObject *three = NULL;
        if (variant >= 0 && second >= 0 && times >= 0)
            three = Py_BuildValue("LLL", (long long)(base + variant), (long long)second, (long long)times);
        if (!three) Py_CLEAR(found);
        else PyList_SET_ITEM(found, i, three);
    }
    return found;
}

/* any_of(part, exact, unmarked, bare, out) -> how many articles hold one of some forms (a tuple of
 * their exact `numbers`), or, of those (ascending) that were written without marks, the form
 * `unmarked` (-1: none): their numbers, ascending, in `out`, which has room for all. */
static PyObject *any_of(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *found = NULL;
    uint8_t *there = NULL;
    Py_ssize_t count = 0;
    List list;
    NEED(counted(n, 5));
    const Part *part = part_of(args[0]);
    NEED(part);
    if (!PyTuple_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "not a tuple of numbers");
        goto failed;
    }
    WHOLE(unmarked, args[2]);
    IN(bare, int64_t, args[3]);
    OUT(out, uint16_t, args[4]);
    NEED(enough(out_n, part->n));
    if (!(there = PyMem_Calloc(part->n + 1, 1))) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[1]); i++) {
        const Py_ssize_t number = PyNumber_AsSsize_t(PyTuple_GET_ITEM(args[1], i), PyExc_OverflowError);
        NEED((number != -1 || !PyErr_Occurred()) && list_of(part, BY_WORD, number, &list));
        while (next(&list)) {
            if (list.doc >= part->n) goto beyond;
            there[list.doc] = 1;
        }
    }
    if (unmarked >= 0 && bare_n) {
        NEED(list_of(part, BY_WORD, unmarked, &list));
        for (Py_ssize_t i = 0, more = next(&list); i < bare_n && more; i++) {
            while (more && list.doc < bare[i]) more = next(&list);
            if (!more || list.doc != bare[i]) continue;
            if (list.doc >= part->n) goto beyond;
            there[list.doc] = 1;
        }
    }
    for (Py_ssize_t doc = 0; doc < part->n; doc++) {
        out[count] = (uint16_t)doc;
        count += there[doc];
    }
    found = PyLong_FromSsize_t(count);
    goto failed;
beyond:
    PyErr_SetString(PyExc_IndexError, "an article number is too large");
failed:
    PyMem_Free(there);
    release(&arrays);
    return found;
}

PyMethodDef ranking_methods[] = {
    METHOD(open_part), METHOD(rank), METHOD(cover), METHOD(any_of), METHOD(followers), METHOD(beside),
    {NULL, NULL, 0, NULL},
};
