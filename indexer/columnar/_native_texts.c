/* Texts: put together from the strings of their tokens, and searched for words without marks.
 *
 * The first is what `Segment.texts` does, the second what `words_lit.candidates` does. Nothing is
 * kept between calls; every place is compared with the length of its array before it is touched.
 * Without a C compiler the package is installed without this file, and Python does the work.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
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

#define LETTER(character) ((character) < KNOWN ? letters[character] : ODD)

/* The word from `start` to `end` as (start, end, what it is), appended where it is something. */
static int append_found(PyObject *found, PyObject *text, Py_ssize_t start, Py_ssize_t end, PyObject *known) {
    PyObject *written = PyUnicode_Substring(text, start, end);
    if (!written) return 0;
    PyObject *what = PyObject_GetItem(known, written);
    Py_DECREF(written);
    if (!what) return 0;
    int done = 1;
    if (what != Py_None) {
        PyObject *one = Py_BuildValue("nnO", start, end, what);
        done = one && !PyList_Append(found, one);
        Py_XDECREF(one);
    }
    Py_DECREF(what);
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
                if (letter == ODD) { \
                    Py_DECREF(found); \
                    Py_RETURN_NONE; \
                } \
                hash = hashed(hash, letter); \
                maybe |= letter == UNKNOWN; \
                if (table[SLOTS]) maybe |= table[slot(hash)] & 2; \
                letter = ++at < size ? LETTER(text[at]) : NO_LETTER; \
            } while (letter != NO_LETTER); \
            if (!(maybe || table[slot(hash)] & 1)) continue; \
            if (!append_found(found, object, start, at, known)) { \
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
 * it is); None where the text holds an odd character.
 *
 * letters  for each character up to U+FFFF its letter without marks; NO_LETTER where it is part of
 *          no word; UNKNOWN where words with it must be looked at; ODD where it is not even known
 *          which characters around it are part of its word
 * wanted   of the words that may be something
 * known    what a word is, by what it is written like; None for nothing */
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

#define METHOD(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL}

static PyMethodDef methods[] = {
    METHOD(texts), METHOD(wanted), METHOD(find), {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native_texts", "Putting texts together, and finding words in them.",
    0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native_texts(void) { return PyModule_Create(&definition); }
