/* Texts: put together from the strings of their tokens, searched for words, cut for a snippet.
 *
 * The first is what `StoredTexts` does, then `word_places`, `query_words` and `best_passage`. Nothing
 * is kept between calls; every place is compared with the length of its array before it is touched.
 * Without a C compiler the package is installed without this file, and Python does the work.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* ------------------------------------------------------------------------- putting together */

enum { PARAGRAPH, FIELD, FIELDS = 4, RARE = 0xFFFF, LARGE = 255, MOST_ARRAYS = 10 };

typedef struct {
    Py_buffer views[MOST_ARRAYS];
    int count;
} Arrays;

static void release(Arrays *arrays) {
    while (arrays->count) PyBuffer_Release(&arrays->views[--arrays->count]);
}

/* An array of unsigned integers; NULL after an error. */
static const Py_buffer *array(Arrays *arrays, PyObject *object) {
    Py_buffer *view = &arrays->views[arrays->count];
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE)) return NULL;
    arrays->count++;
    const Py_ssize_t width = view->itemsize;
    if (width == 1 || width == 2 || width == 4 || width == 8) return view;
    PyErr_SetString(PyExc_TypeError, "not an array of integers");
    return NULL;
}

static inline Py_ssize_t length(const Py_buffer *view) { return view->len / view->itemsize; }

static inline uint64_t item(const Py_buffer *view, Py_ssize_t i) {
    switch (view->itemsize) {
        case 1: return ((const uint8_t *)view->buf)[i];
        case 2: return ((const uint16_t *)view->buf)[i];
        case 4: return ((const uint32_t *)view->buf)[i];
        default: return ((const uint64_t *)view->buf)[i];
    }
}

/* What stands at `place` of a long array of which only some items are kept: `at` says which. */
static int kept_at(const Py_buffer *at, const Py_buffer *values, uint64_t place, uint64_t *value) {
    Py_ssize_t low = 0, high = length(at);
    while (low < high) {
        const Py_ssize_t middle = low + (high - low) / 2;
        if (item(at, middle) < place) low = middle + 1;
        else high = middle;
    }
    if (low >= length(at) || low >= length(values)) return 0;
    *value = item(values, low);
    return 1;
}

/* A text that grows, in UTF-16 units of one character each. */
typedef struct {
    Py_UCS2 *chars;
    Py_ssize_t count, room;
} Text;

static int reserve(Text *text, Py_ssize_t more) {
    if (text->room - text->count >= more) return 1;
    const Py_ssize_t room = 2 * text->room + more + 4096;
    Py_UCS2 *chars = PyMem_Realloc(text->chars, room * sizeof(Py_UCS2));
    if (!chars) {
        PyErr_NoMemory();
        return 0;
    }
    text->chars = chars;
    text->room = room;
    return 1;
}

enum { FAILED, DONE, WIDE };

/* Append string `number` of a table, decoded; WIDE where a character needs more than 16 bits. */
static int append(Text *text, const Py_buffer *strings, const Py_buffer *at, uint64_t number) {
    if (number + 1 >= (uint64_t)length(at)) goto damaged;
    const uint64_t start = item(at, (Py_ssize_t)number), end = item(at, (Py_ssize_t)number + 1);
    if (start > end || end > (uint64_t)strings->len) goto damaged;
    if (!reserve(text, (Py_ssize_t)(end - start))) return FAILED;
    const uint8_t *from = (const uint8_t *)strings->buf + start;
    const uint8_t *const stop = (const uint8_t *)strings->buf + end;
    Py_UCS2 *to = text->chars + text->count;
    while (from < stop) {
        const uint8_t lead = *from;
        if (lead < 0x80) {
            *to++ = lead;
            from++;
        } else if (lead < 0xE0) {
            if (stop - from < 2) goto damaged;
            *to++ = (Py_UCS2)((lead & 0x1F) << 6 | (from[1] & 0x3F));
            from += 2;
        } else if (lead < 0xF0) {
            if (stop - from < 3) goto damaged;
            *to++ = (Py_UCS2)((lead & 0x0F) << 12 | (from[1] & 0x3F) << 6 | (from[2] & 0x3F));
            from += 3;
        } else {
            return WIDE;
        }
    }
    text->count = to - text->chars;
    return DONE;
damaged:
    PyErr_SetString(PyExc_IndexError, "a string is not where it should be");
    return FAILED;
}

/* texts(tokens, base, rare, raw, separators, separator_base, large, strings): the four texts of an
 * article, None where they hold characters above U+FFFF.
 *
 * tokens      its raw numbers, RARE for great ones; `rare`: the places of these in the tokens of
 *             all articles, and the numbers; `base`: the place of the first of `tokens`
 * separators  pairs of bytes: so many tokens on, this separator; `large`, `separator_base`: as
 *             `rare` and `base`
 * raw, strings  UTF-8 of tokens and of separators, and where each begins */
static PyObject *texts(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Text text = {NULL, 0, 0};
    PyObject *found = NULL;
    if (n != 8) {
        PyErr_Format(PyExc_TypeError, "%zd arguments, not 8", n);
        return NULL;
    }
    const Py_ssize_t base = PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    const Py_ssize_t separator_base = PyNumber_AsSsize_t(args[5], PyExc_OverflowError);
    if (PyErr_Occurred()) return NULL;
    const Py_buffer *views[MOST_ARRAYS];
    int count = 0;
    for (int i = 0; i < 8; i++) {
        if (i == 1 || i == 5) continue;
        const int is_pair = i != 0 && i != 4;
        if (is_pair && !(PyTuple_Check(args[i]) && PyTuple_GET_SIZE(args[i]) == 2)) {
            PyErr_SetString(PyExc_TypeError, "not two arrays");
            goto done;
        }
        for (int j = 0; j <= is_pair; j++) {
            views[count] = array(&arrays, is_pair ? PyTuple_GET_ITEM(args[i], j) : args[i]);
            if (!views[count++]) goto done;
        }
    }
    const Py_buffer *const tokens = views[0], *const rare_at = views[1], *const rare = views[2];
    const Py_buffer *const raw = views[3], *const raw_at = views[4], *const separators = views[5];
    const Py_buffer *const large_at = views[6], *const large = views[7];
    const Py_buffer *const strings = views[8], *const strings_at = views[9];
    if (tokens->itemsize != 2 || separators->itemsize != 1) {
        PyErr_SetString(PyExc_TypeError, "items of another size");
        goto done;
    }
    const uint8_t *const jumps = separators->buf;
    const Py_ssize_t jumps_n = separators->len / 2, tokens_n = length(tokens);
    Py_ssize_t jump = 0, place = -1, ends[FIELDS], fields = 0, reached = 0;
    uint64_t separator = 0;
    int begins = 1, is_rare = 0;
    if (!reserve(&text, 8 * tokens_n)) goto done;
    for (Py_ssize_t i = 0; i < tokens_n && fields < FIELDS; i++) {
        while (place < i && jump < jumps_n) { /* the next unusual separator */
            reached += jumps[2 * jump];
            separator = jumps[2 * jump + 1];
            if (separator == LARGE && !kept_at(large_at, large, separator_base + jump, &separator))
                goto damaged;
            jump++;
            if (separator) place = reached;
        }
        uint64_t number = ((const uint16_t *)tokens->buf)[i];
        is_rare = number == RARE;
        if (is_rare && !kept_at(rare_at, rare, base + i, &number)) goto damaged;
        if (place == i) {
            const int how = append(&text, strings, strings_at, separator);
            if (how != DONE) goto undone;
        } else if (!begins && (number > FIELD)) {
            if (!reserve(&text, 1)) goto done;
            text.chars[text.count++] = ' ';
        }
        begins = number <= FIELD;
        if (number > FIELD) {
            const int how = append(&text, raw, raw_at, number);
            if (how != DONE) goto undone;
        } else if (number == PARAGRAPH) {
            if (!reserve(&text, 1)) goto done;
            text.chars[text.count++] = '\n';
        } else {
            ends[fields++] = text.count;
        }
    }
    if (fields < FIELDS) goto damaged;
    found = PyTuple_New(FIELDS);
    for (int i = 0; found && i < FIELDS; i++) {
        const Py_ssize_t start = i ? ends[i - 1] : 0;
        PyObject *one = PyUnicode_FromKindAndData(
            PyUnicode_2BYTE_KIND, text.chars + start, ends[i] - start);
        if (one) PyTuple_SET_ITEM(found, i, one);
        else Py_CLEAR(found);
    }
    goto done;
undone:
    if (!PyErr_Occurred()) {
        found = Py_None;
        Py_INCREF(found);
    }
    goto done;
damaged:
    PyErr_SetString(PyExc_IndexError, "the tokens of an article are not whole");
done:
    PyMem_Free(text.chars);
    release(&arrays);
    return found;
}

/* ------------------------------------------------------------------------------- finding words */

enum { NO_LETTER, UNKNOWN, ODD }; /* of `letters` in `find`; others are letters */
enum { KNOWN = 0x10000, SLOTS = 1024 };

/* The hash of a word, letter by letter: only words that hash as a wanted one are looked at. */
static inline uint32_t hashed(uint32_t hash, uint8_t letter) { return (hash ^ letter) * 0x01000193u; }

static inline uint32_t slot(uint32_t hash) { return (hash ^ hash >> 15) & (SLOTS - 1); }

/* wanted(words, prefixes): both (ASCII) as `find` takes them. */
static PyObject *wanted(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    uint8_t table[SLOTS + 1] = {0};
    if (n != 2 || !PyList_Check(args[0]) || !PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "two lists are wanted");
        return NULL;
    }
    for (int kind = 0; kind < 2; kind++) {
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[kind]); i++) {
            char *letters;
            Py_ssize_t size;
            if (PyBytes_AsStringAndSize(PyList_GET_ITEM(args[kind], i), &letters, &size))
                return NULL;
            uint32_t hash = 0x811C9DC5u;
            for (Py_ssize_t at = 0; at < size; at++) hash = hashed(hash, (uint8_t)letters[at]);
            table[slot(hash)] |= (uint8_t)(1 << kind);
            if (kind) table[SLOTS] = 1;
        }
    }
    return PyBytes_FromStringAndSize((const char *)table, sizeof(table));
}

#define IS_SPACE(character) ((character) == ' ' || (character) == '\n')
#define LETTER(character) ((character) < KNOWN ? letters[character] : ODD)

/* The word from `start` to `end` as (start, end, what it is), appended where it is something. */
static int append_found(PyObject *found, PyObject *text, Py_ssize_t start, Py_ssize_t end, PyObject *known) {
    PyObject *written = PyUnicode_Substring(text, start, end);
    if (!written) return 0;
    PyObject *what = PyObject_GetItem(known, written);
    Py_DECREF(written);
    if (!what) return 0;
    if (what == Py_None) {
        Py_DECREF(what);
        return 1;
    }
    PyObject *one = PyTuple_New(3), *from = PyLong_FromSsize_t(start), *to = PyLong_FromSsize_t(end);
    if (!one || !from || !to) {
        Py_XDECREF(one);
        Py_XDECREF(from);
        Py_XDECREF(to);
        Py_DECREF(what);
        return 0;
    }
    PyTuple_SET_ITEM(one, 0, from);
    PyTuple_SET_ITEM(one, 1, to);
    PyTuple_SET_ITEM(one, 2, what);
    const int done = !PyList_Append(found, one);
    Py_DECREF(one);
    return done;
}

/* What stands between two spaces, by `known.apart`, in place of what was found of it so far. */
static int append_apart(PyObject *found, PyObject *text, Py_ssize_t start, Py_ssize_t end, PyObject *known) {
    Py_ssize_t kept = PyList_GET_SIZE(found);
    while (kept && PyLong_AsSsize_t(PyTuple_GET_ITEM(PyList_GET_ITEM(found, kept - 1), 0)) >= start)
        kept--;
    PyObject *hits = PyObject_CallMethod(known, "apart", "Onn", text, start, end);
    if (!hits) return 0;
    const int done = !PyList_SetSlice(found, kept, PyList_GET_SIZE(found), hits);
    Py_DECREF(hits);
    return done;
}

/* What `find` does in a text of characters of one width. */
#define DEFINE_FIND(name, type) \
    static PyObject *name( \
        PyObject *object, const uint8_t *letters, const uint8_t *table, PyObject *known) { \
        const type *const text = PyUnicode_DATA(object); \
        const Py_ssize_t size = PyUnicode_GET_LENGTH(object); \
        PyObject *found = PyList_New(0); \
        if (!found) return NULL; \
        for (Py_ssize_t at = 0; at < size;) { \
            uint8_t letter = LETTER(text[at]); \
            if (letter == NO_LETTER) { \
                at++; \
                continue; \
            } \
            const Py_ssize_t start = at; \
            uint32_t hash = 0x811C9DC5u; \
            uint8_t maybe = 0; \
            do { \
                if (letter == ODD) break; \
                hash = hashed(hash, letter); \
                maybe |= letter == UNKNOWN; \
                if (table[SLOTS]) maybe |= table[slot(hash)] & 2; \
                letter = ++at < size ? LETTER(text[at]) : NO_LETTER; \
            } while (letter != NO_LETTER); \
            int done; \
            if (letter == ODD) { \
                Py_ssize_t begin = start; \
                while (begin && !IS_SPACE(text[begin - 1])) begin--; \
                while (at < size && !IS_SPACE(text[at])) at++; \
                done = append_apart(found, object, begin, at, known); \
            } else { \
                if (!(maybe || table[slot(hash)] & 1)) continue; \
                done = append_found(found, object, start, at, known); \
            } \
            if (!done) { \
                Py_DECREF(found); \
                return NULL; \
            } \
        } \
        return found; \
    }

DEFINE_FIND(find_narrow, Py_UCS1)
DEFINE_FIND(find_usual, Py_UCS2)
DEFINE_FIND(find_wide, Py_UCS4)

/* find(text, letters, wanted, known): the words that are something to a query, as (start, end, what
 * it is). What stands with an odd character between two spaces, `known.apart` reads.
 *
 * letters  for each character up to U+FFFF its letter without marks; NO_LETTER where it is part of
 *          no word; UNKNOWN where words with it must be looked at; ODD where it is not even known
 *          which characters around it are part of its word
 * wanted   of the words that may be something
 * known    a dict: what a word is, by how it is written; None for nothing */
static PyObject *find(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    if (n != 4 || !PyUnicode_Check(args[0]) || !PyBytes_Check(args[1]) || !PyBytes_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "a text, two tables and a dict are wanted");
        return NULL;
    }
    if (PyBytes_GET_SIZE(args[1]) != KNOWN || PyBytes_GET_SIZE(args[2]) != SLOTS + 1) {
        PyErr_SetString(PyExc_ValueError, "tables of another size");
        return NULL;
    }
    if (PyUnicode_READY(args[0])) return NULL;
    const uint8_t *const letters = (const uint8_t *)PyBytes_AS_STRING(args[1]);
    const uint8_t *const table = (const uint8_t *)PyBytes_AS_STRING(args[2]);
    switch (PyUnicode_KIND(args[0])) {
        case PyUnicode_1BYTE_KIND: return find_narrow(args[0], letters, table, args[3]);
        case PyUnicode_2BYTE_KIND: return find_usual(args[0], letters, table, args[3]);
        default: return find_wide(args[0], letters, table, args[3]);
    }
}

/* --------------------------------------------------------------------------- choosing a passage */

/* What a hit, a tuple (start, end, (words, exact, …)), shows: numbers of keys from `first` on. */
typedef struct {
    Py_ssize_t start, end, first;
    PyObject *words, *exact;
} Shown;

/* 0 after an error. The hits as `Shown`, but for their keys. */
static int read_hits(PyObject *hits, Shown *shown) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(hits); i++) {
        PyObject *hit = PyList_GET_ITEM(hits, i);
        if (!PyTuple_Check(hit) || PyTuple_GET_SIZE(hit) != 3) goto wrong;
        PyObject *found = PyTuple_GET_ITEM(hit, 2);
        if (!PyTuple_Check(found) || PyTuple_GET_SIZE(found) < 2) goto wrong;
        shown[i].start = PyLong_AsSsize_t(PyTuple_GET_ITEM(hit, 0));
        shown[i].end = PyLong_AsSsize_t(PyTuple_GET_ITEM(hit, 1));
        shown[i].words = PyTuple_GET_ITEM(found, 0);
        shown[i].exact = PyTuple_GET_ITEM(found, 1);
        if (PyErr_Occurred()) return 0;
        if (!PyTuple_Check(shown[i].words) || !PyTuple_Check(shown[i].exact)) goto wrong;
    }
    return 1;
wrong:
    PyErr_SetString(PyExc_TypeError, "not a hit");
    return 0;
}

/* The number of a query word; -1 after an error. */
static Py_ssize_t number(PyObject *words, Py_ssize_t i, Py_ssize_t size) {
    const Py_ssize_t word = PyLong_AsSsize_t(PyTuple_GET_ITEM(words, i));
    if (word >= 0 && word < size) return word;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "there is no such word");
    return -1;
}

/* The list of hits, the table of pairs and its side; 0 after an error. */
static int read_choice(PyObject *const *args, Py_ssize_t n, Py_ssize_t wanted, Py_ssize_t *size) {
    if (n != wanted || !PyList_Check(args[0]) || !PyBytes_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "hits and pairs are wanted");
        return 0;
    }
    *size = PyNumber_AsSsize_t(args[2], PyExc_OverflowError);
    if (PyErr_Occurred()) return 0;
    if (*size >= 0 && *size <= 4096 && PyBytes_GET_SIZE(args[1]) == *size * *size) return 1;
    PyErr_SetString(PyExc_ValueError, "a table of another size");
    return 0;
}

/* beside(hits, pairs, size, next): for each hit, whether it stands beside its neighbour in the
 * query; `pairs` tells for each two of its `size` words whether they are neighbours. */
static PyObject *beside(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Py_ssize_t size;
    if (!read_choice(args, n, 4, &size)) return NULL;
    const Py_ssize_t next = PyNumber_AsSsize_t(args[3], PyExc_OverflowError);
    if (PyErr_Occurred()) return NULL;
    const Py_ssize_t count = PyList_GET_SIZE(args[0]);
    const char *const pairs = PyBytes_AS_STRING(args[1]);
    Shown *shown = PyMem_Calloc(count + 1, sizeof(Shown));
    PyObject *flags = PyBytes_FromStringAndSize(NULL, count);
    if (!shown || !flags) {
        if (flags) PyErr_NoMemory();
        goto failed;
    }
    char *const out = PyBytes_AS_STRING(flags);
    memset(out, 0, count);
    if (!read_hits(args[0], shown)) goto failed;
    for (Py_ssize_t i = 1; i < count; i++) {
        if (shown[i].start - shown[i - 1].end > next) continue;
        PyObject *const left = shown[i - 1].words, *const right = shown[i].words;
        for (Py_ssize_t a = 0; a < PyTuple_GET_SIZE(left); a++) {
            for (Py_ssize_t b = 0; b < PyTuple_GET_SIZE(right); b++) {
                const Py_ssize_t one = number(left, a, size), other = number(right, b, size);
                if (one < 0 || other < 0) goto failed;
                if (pairs[one * size + other]) out[i - 1] = out[i] = 1;
            }
        }
    }
    PyMem_Free(shown);
    return flags;
failed:
    PyMem_Free(shown);
    Py_XDECREF(flags);
    return NULL;
}

/* tally(hits, flags): each thing that was found, with how many of its places have no flag, and how
 * many have one. Things are the same where they are one object. */
static PyObject *tally(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    if (n != 2 || !PyList_Check(args[0]) || !PyBytes_Check(args[1]) ||
        PyBytes_GET_SIZE(args[1]) != PyList_GET_SIZE(args[0])) {
        PyErr_SetString(PyExc_TypeError, "hits and a flag for each are wanted");
        return NULL;
    }
    const Py_ssize_t count = PyList_GET_SIZE(args[0]);
    const char *const flags = PyBytes_AS_STRING(args[1]);
    struct { PyObject *found; Py_ssize_t counts[2]; } *things;
    things = PyMem_Calloc(count + 1, sizeof(*things));
    if (!things) return PyErr_NoMemory();
    Py_ssize_t things_n = 0;
    PyObject *told = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *const hit = PyList_GET_ITEM(args[0], i);
        if (!PyTuple_Check(hit) || PyTuple_GET_SIZE(hit) != 3) {
            PyErr_SetString(PyExc_TypeError, "not a hit");
            goto done;
        }
        PyObject *const found = PyTuple_GET_ITEM(hit, 2);
        Py_ssize_t at = 0;
        while (at < things_n && things[at].found != found) at++;
        if (at == things_n) things[things_n++].found = found;
        things[at].counts[flags[i] != 0]++;
    }
    told = PyList_New(things_n);
    for (Py_ssize_t at = 0; told && at < things_n; at++) {
        PyObject *one =
            Py_BuildValue("Onn", things[at].found, things[at].counts[0], things[at].counts[1]);
        if (one) PyList_SET_ITEM(told, at, one);
        else Py_CLEAR(told);
    }
done:
    PyMem_Free(things);
    return told;
}

/* window(hits, pairs, size, next, width, exact, pair): the first and the last of the hits that the
 * best window has; `exact`: what a word written exactly counts beside, in parts; `pair`: what two
 * neighbours do. See `best_passage`. */
static PyObject *window(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Py_ssize_t size;
    if (!read_choice(args, n, 7, &size)) return NULL;
    const Py_ssize_t next = PyNumber_AsSsize_t(args[3], PyExc_OverflowError);
    const Py_ssize_t width = PyNumber_AsSsize_t(args[4], PyExc_OverflowError);
    const double exact_part = PyFloat_AsDouble(args[5]), pair_worth = PyFloat_AsDouble(args[6]);
    if (PyErr_Occurred()) return NULL;
    PyObject *best_window = NULL;
    const Py_ssize_t count = PyList_GET_SIZE(args[0]);
    const char *const pairs = PyBytes_AS_STRING(args[1]);
    const Py_ssize_t kinds = 2 * size + size * size;
    Py_ssize_t keys_n = 0, room = 8 * count + 64;
    Shown *shown = PyMem_Calloc(count + 1, sizeof(Shown));
    int32_t *keys = PyMem_Malloc(room * sizeof(int32_t));
    int32_t *seen = PyMem_Calloc(kinds + 1, sizeof(int32_t));
    double *values = PyMem_Malloc((kinds + 1) * sizeof(double));
    if (!shown || !keys || !seen || !values) {
        PyErr_NoMemory();
        goto done;
    }
    if (!count) {
        PyErr_SetString(PyExc_ValueError, "no hits");
        goto done;
    }
    if (!read_hits(args[0], shown)) goto done;
    for (Py_ssize_t i = 0; i < count; i++) {
        Shown *const hit = &shown[i];
        const Py_ssize_t words_n = PyTuple_GET_SIZE(hit->words);
        const Py_ssize_t exact_n = PyTuple_GET_SIZE(hit->exact);
        const Py_ssize_t left_n = i ? PyTuple_GET_SIZE(shown[i - 1].words) : 0;
        hit->first = keys_n;
        if (keys_n + words_n * (1 + left_n) + exact_n > room) {
            room = 2 * room + words_n * (1 + left_n) + exact_n;
            int32_t *more = PyMem_Realloc(keys, room * sizeof(int32_t));
            if (!more) {
                PyErr_NoMemory();
                goto done;
            }
            keys = more;
        }
        for (Py_ssize_t a = 0; a < words_n; a++) {
            const Py_ssize_t word = number(hit->words, a, size);
            if (word < 0) goto done;
            keys[keys_n++] = (int32_t)word;
            seen[word]++;
        }
        for (Py_ssize_t a = 0; a < exact_n; a++) {
            const Py_ssize_t word = number(hit->exact, a, size);
            if (word < 0) goto done;
            keys[keys_n++] = (int32_t)(size + word);
        }
        if (!left_n || hit->start - shown[i - 1].end > next) continue;
        for (Py_ssize_t a = 0; a < left_n; a++) {
            for (Py_ssize_t b = 0; b < words_n; b++) {
                const Py_ssize_t one = number(shown[i - 1].words, a, size);
                const Py_ssize_t other = number(hit->words, b, size);
                if (pairs[one * size + other])
                    keys[keys_n++] = (int32_t)(2 * size + one * size + other);
            }
        }
    }
    shown[count].first = keys_n;
    for (Py_ssize_t word = 0; word < size; word++) {
        values[word] = seen[word] ? 1 / (1 + log(seen[word])) : 0.0;
        values[size + word] = exact_part * values[word];
        seen[word] = 0;
    }
    for (Py_ssize_t key = 2 * size; key < kinds; key++) values[key] = pair_worth;
    double best = 0.0, score = 0.0;
    Py_ssize_t first = 0, from = 0, to = 0;
    for (Py_ssize_t last = 0; last < count; last++) {
        for (Py_ssize_t k = shown[last].first; k < shown[last + 1].first; k++)
            if (!seen[keys[k]]++) score += values[keys[k]];
        while (first < last && shown[first].start < shown[last].end - width) {
            for (Py_ssize_t k = shown[first].first; k < shown[first + 1].first; k++)
                if (!--seen[keys[k]]) score -= values[keys[k]];
            first++;
        }
        if (score > best + 1e-9) {
            best = score;
            from = first;
            to = last;
        }
    }
    memset(seen, 0, kinds * sizeof(int32_t));
    for (Py_ssize_t k = shown[from].first; k < shown[to + 1].first; k++) seen[keys[k]]++;
    while (from < to) { /* what later hits show as well is left out */
        Py_ssize_t k = shown[from].first;
        while (k < shown[from + 1].first && seen[keys[k]] > 1) k++;
        if (k < shown[from + 1].first) break;
        for (k = shown[from].first; k < shown[from + 1].first; k++) seen[keys[k]]--;
        from++;
    }
    best_window = Py_BuildValue("nn", from, to);
done:
    PyMem_Free(shown);
    PyMem_Free(keys);
    PyMem_Free(seen);
    PyMem_Free(values);
    return best_window;
}

#define METHOD(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL}

static PyMethodDef methods[] = {
    METHOD(texts), METHOD(wanted), METHOD(find), METHOD(beside), METHOD(tally),
    METHOD(window),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native_texts", "Putting texts together, and finding words in them.",
    0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native_texts(void) { return PyModule_Create(&definition); }
