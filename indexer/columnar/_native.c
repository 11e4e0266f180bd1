/* The inner loops of queries and of indexing, over the arrays that Python hands in.
 *
 * Each function does what a few lines of numpy in `kernels`, `candidates` and `feedback` do, in one
 * call instead of tens: on arrays of some hundred numbers the calls are what costs. Nothing is kept
 * between calls, nothing is allocated that outlives one, and every place is compared with the
 * length of its array before it is touched, so that damaged data cannot reach other memory.
 * Without a C compiler the package is installed without this file, and numpy does the work.
 */
#include "_native.h"

/* docs(list, steps, out) -> how many documents the list has; as many as there is room for. */
static PyObject *docs(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    List list;
    NEED(counted(n, 3));
    NEED(open_list(&arrays, args[0], args[1], &list));
    OUT(out, int64_t, args[2]);
    Py_ssize_t found = 0;
    while (found < out_n && next(&list)) out[found++] = list.doc;
    release(&arrays);
    return PyLong_FromSsize_t(found);
failed:
    release(&arrays);
    return NULL;
}

/* add(scores, terms, steps, per_weight): for each (list, factor, k1, flat) of `terms` in turn, every
 * document of the list gains flat and factor * x / (x + k1), x = weight * per_weight[doc]; without
 * `per_weight` (None), factor. */
static PyObject *add(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    const float *per_weight = NULL;
    NEED(counted(n, 4));
    OUT(scores, float, args[0]);
    if (args[3] != Py_None) {
        IN(given, float, args[3]);
        NEED(enough(given_n, scores_n));
        per_weight = given;
    }
    if (!PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "not a list of terms");
        goto failed;
    }
    const int held = arrays.count;
    for (Py_ssize_t t = 0; t < PyList_GET_SIZE(args[1]); t++) {
        List list;
        PyObject *coded;
        float k1, factor, flat;
        NEED(PyArg_ParseTuple(PyList_GET_ITEM(args[1], t), "Offf", &coded, &factor, &k1, &flat));
        NEED(open_list(&arrays, coded, args[2], &list));
        if (!add_list(scores, scores_n, &list, per_weight, factor, k1, flat)) return out_of_range(&arrays);
        while (arrays.count > held) PyBuffer_Release(&arrays.views[--arrays.count]);
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

enum { MOST_ARTICLES = 1 << 16, MANY_ARTICLES = 256 };

/* What `keep_holders` says, for a near or far list and so many articles that it is quicker to mark them
 * and to read the list once; -2 where there is no room for it. */
static Py_ssize_t keep_marked(const int64_t *articles, Py_ssize_t count, const List *list, int64_t *kept) {
    uint8_t *marked = PyMem_Calloc(MOST_ARTICLES, 1);
    Py_ssize_t found = 0, doc = 0;
    if (!marked) return -2;
    for (Py_ssize_t i = 0; i < count; i++) marked[articles[i] & (MOST_ARTICLES - 1)] = 1;
    for (Py_ssize_t i = 0; list->kind == FAR && i < list->data_n / 2 && found < count; i++) {
        kept[found] = far_doc(list, i);
        found += marked[far_doc(list, i)];
    }
    for (Py_ssize_t at = 0; list->kind == NEAR && at < list->data_n && found < count; at++) {
        doc += list->data[at];
        if (doc >= MOST_ARTICLES) {
            found = -1;
            break;
        }
        kept[found] = doc;
        found += marked[doc] & (list->data[at] != 255);
    }
    PyMem_Free(marked);
    return found;
}

/* Keeps those of `count` articles (ascending) that are in the list, in `kept`, which may be the same
 * array; -1 where an article is out of range. */
static Py_ssize_t keep_holders(const int64_t *articles, Py_ssize_t count, List *list, int64_t *kept) {
    Py_ssize_t found = 0;
    if (list->kind == DENSE) {
        for (Py_ssize_t i = 0; i < count; i++) {
            const int64_t article = articles[i];
            if ((uint64_t)article >= (uint64_t)list->data_n) return -1;
            kept[found] = article;
            found += list->data[article] != 0;
        }
        return found;
    }
    if (count >= MANY_ARTICLES && 16 * count > list->data_n) {
        const Py_ssize_t marked = keep_marked(articles, count, list, kept);
        if (marked != -2) return marked;
    }
    for (Py_ssize_t i = 0; i < count && reach(list, articles[i]); i++)
        if (list->doc == articles[i]) kept[found++] = articles[i];
    return found;
}

/* common(lists, steps, out) -> how many documents are in all of the lists; `out` has room for those
 * of the first. */
static PyObject *common(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 3));
    OUT(out, int64_t, args[2]);
    if (!PyList_Check(args[0]) || !PyList_GET_SIZE(args[0])) {
        PyErr_SetString(PyExc_TypeError, "not a list of posting lists");
        goto failed;
    }
    const int held = arrays.count;
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[0]) && (found || !i); i++) {
        List list;
        NEED(open_list(&arrays, PyList_GET_ITEM(args[0], i), args[1], &list));
        if (i) found = keep_holders(out, found, &list, out);
        else
            while (found < out_n && next(&list)) out[found++] = list.doc;
        if (found < 0) return out_of_range(&arrays);
        while (arrays.count > held) PyBuffer_Release(&arrays.views[--arrays.count]);
    }
    release(&arrays);
    return PyLong_FromSsize_t(found);
failed:
    release(&arrays);
    return NULL;
}

/* mark(lists, steps, out): out[doc] = 1 for the documents of each list. */
static PyObject *mark(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 3));
    OUT(out, uint8_t, args[2]);
    if (!PyList_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "not a list of posting lists");
        goto failed;
    }
    const int held = arrays.count;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[0]); i++) {
        List list;
        NEED(open_list(&arrays, PyList_GET_ITEM(args[0], i), args[1], &list));
        while (next(&list)) {
            if (list.doc >= out_n) return out_of_range(&arrays);
            out[list.doc] = 1;
        }
        while (arrays.count > held) PyBuffer_Release(&arrays.views[--arrays.count]);
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

/* holders(articles, list, steps, out) -> how many of `articles` (ascending) are in the list. */
static PyObject *holders(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    List list;
    NEED(counted(n, 4));
    IN(articles, int64_t, args[0]);
    NEED(open_list(&arrays, args[1], args[2], &list));
    OUT(out, int64_t, args[3]);
    NEED(enough(out_n, articles_n));
    const Py_ssize_t found = keep_holders(articles, articles_n, &list, out);
    if (found < 0) return out_of_range(&arrays);
    release(&arrays);
    return PyLong_FromSsize_t(found);
failed:
    release(&arrays);
    return NULL;
}

/* add_in(out, list, steps, articles, scale, k1, factor): out[i] += factor * x / (x + k1),
 * x = weight * scale[i], for each of `articles` (ascending) that is in the list. */
static PyObject *add_in(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    List list;
    NEED(counted(n, 7));
    OUT(out, float, args[0]);
    NEED(open_list(&arrays, args[1], args[2], &list));
    IN(articles, int64_t, args[3]);
    IN(scale, float, args[4]);
    NUMBER(k1, args[5]);
    NUMBER(factor, args[6]);
    NEED(enough(out_n, articles_n) && enough(scale_n, articles_n));
    for (Py_ssize_t i = 0; i < articles_n && reach(&list, articles[i]); i++) {
        if (list.doc != articles[i]) continue;
        const float x = weight(&list) * scale[i];
        out[i] += (float)factor * (x / (x + (float)k1));
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

/* all_hold(articles, list, steps) -> whether all of `articles` (ascending) are in the list. */
static PyObject *all_hold(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    List list;
    NEED(counted(n, 3));
    IN(articles, int64_t, args[0]);
    NEED(open_list(&arrays, args[1], args[2], &list));
    int all = 1;
    for (Py_ssize_t i = 0; all && i < articles_n; i++)
        all = reach(&list, articles[i]) && list.doc == articles[i];
    release(&arrays);
    return PyBool_FromLong(all);
failed:
    release(&arrays);
    return NULL;
}

/* weights_in(list, steps, articles, out): the weight in each of `articles` (ascending), or 0. */
static PyObject *weights_in(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    List list;
    NEED(counted(n, 4));
    NEED(open_list(&arrays, args[0], args[1], &list));
    IN(articles, int64_t, args[2]);
    OUT(out, float, args[3]);
    NEED(enough(out_n, articles_n));
    memset(out, 0, articles_n * sizeof(float));
    if (list.kind == DENSE) {
        for (Py_ssize_t i = 0; i < articles_n; i++) {
            if ((uint64_t)articles[i] >= (uint64_t)list.data_n) return out_of_range(&arrays);
            out[i] = list.data[articles[i]];
        }
    } else {
        for (Py_ssize_t i = 0; i < articles_n && reach(&list, articles[i]); i++)
            if (list.doc == articles[i]) out[i] = weight(&list);
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

/* ------------------------------------------------------------------------------ pairs of words */

/* lower_bound(strings, at, key) -> the number of the first of some byte strings that is not less
 * than `key`: string i is strings[at[i]:at[i + 1]], and they are in order. */
static PyObject *lower_bound(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 3));
    IN(strings, uint8_t, args[0]);
    Py_buffer *at = &arrays.views[arrays.count];
    NEED(!PyObject_GetBuffer(args[1], at, PyBUF_SIMPLE));
    arrays.count++;
    IN(key, uint8_t, args[2]);
    Py_ssize_t low = 0, high = at->len / at->itemsize - 1;
    NEED(enough(high, 0));
    while (low < high) {
        const Py_ssize_t middle = low + (high - low) / 2;
        const uint64_t start = item(at, middle), end = item(at, middle + 1);
        if (start > end || end > (uint64_t)strings_n) return out_of_range(&arrays);
        const Py_ssize_t length = end - start, common = length < key_n ? length : key_n;
        const int order = memcmp(strings + start, key, common);
        if (order < 0 || (order == 0 && length < key_n)) low = middle + 1;
        else high = middle;
    }
    release(&arrays);
    return PyLong_FromSsize_t(low);
failed:
    release(&arrays);
    return NULL;
}

/* find_pairs(pairs, (firsts, seconds, variants, folded_first, exact_folded)) -> the entries of some
 * pairs of exact numbers, -1 where there is none: `inverted.Pairs` has the tables. */
static PyObject *find_pairs(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *found = NULL, *given[5];
    NEED(counted(n, 2));
    NEED(PyArg_ParseTuple(args[1], "OOOOO", &given[0], &given[1], &given[2], &given[3], &given[4]));
    for (int i = 0; i < 5; i++) {
        NEED(!PyObject_GetBuffer(given[i], &arrays.views[i], PyBUF_SIMPLE));
        arrays.count++;
    }
    if (!PyList_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "not a list of pairs");
        goto failed;
    }
    NEED(found = PyList_New(PyList_GET_SIZE(args[0])));
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[0]); i++) {
        Py_ssize_t first, second;
        NEED(PyArg_ParseTuple(PyList_GET_ITEM(args[0], i), "nn", &first, &second));
        PyObject *entry = PyLong_FromSsize_t(entry_of(arrays.views, first, second));
        NEED(entry);
        PyList_SET_ITEM(found, i, entry);
    }
    release(&arrays);
    return found;
failed:
    Py_XDECREF(found);
    release(&arrays);
    return NULL;
}

/* pair_places(entries, packed, at, weight_at, block, many) -> for each entry (documents, where the
 * first of them stands, bytes of weights, where they begin), None for lists of `many` documents,
 * which stand apart. `packed` says how long each list is, `at` and `weight_at` where those of each
 * block begin (see `inverted.Pairs`). */
static PyObject *pair_places(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *found = NULL;
    NEED(counted(n, 6));
    IN(packed, uint8_t, args[1]);
    const Py_buffer *tables = &arrays.views[arrays.count];
    for (int i = 2; i < 4; i++) {
        NEED(!PyObject_GetBuffer(args[i], &arrays.views[arrays.count], PyBUF_SIMPLE));
        arrays.count++;
    }
    WHOLE(block, args[4]);
    WHOLE(many, args[5]);
    if (!PyList_Check(args[0]) || block < 1) {
        PyErr_SetString(PyExc_TypeError, "not a list of entries");
        goto failed;
    }
    NEED(found = PyList_New(PyList_GET_SIZE(args[0])));
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(args[0]); k++) {
        WHOLE(entry, PyList_GET_ITEM(args[0], k));
        const Py_ssize_t number = entry / block;
        NEED(enough(entry, 0) && enough(packed_n, entry + 1));
        NEED(enough(tables[0].len / tables[0].itemsize, number + 1));
        NEED(enough(tables[1].len / tables[1].itemsize, number + 1));
        const Py_ssize_t df = packed[entry] >> 1;
        PyObject *place = Py_None;
        if (df == many) Py_INCREF(place);
        else {
            Py_ssize_t at = item(&tables[0], number), weight_at = item(&tables[1], number);
            for (Py_ssize_t i = number * block; i < entry; i++) {
                const Py_ssize_t before = packed[i] >> 1;
                if (before == many) continue;
                at += before;
                if (packed[i] & 1) weight_at += (before + 1) / 2;
            }
            const Py_ssize_t weights = packed[entry] & 1 ? (df + 1) / 2 : 0;
            NEED(place = Py_BuildValue("nnnn", df, at, weights, weight_at));
        }
        PyList_SET_ITEM(found, k, place);
    }
    release(&arrays);
    return found;
failed:
    Py_XDECREF(found);
    release(&arrays);
    return NULL;
}

/* grouped(of_row, rows, none, seen) -> (results that are in groups, groups not seen before). */
static PyObject *grouped(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 4));
    IN(of_row, int32_t, args[0]);
    IN(rows, int64_t, args[1]);
    WHOLE(none, args[2]);
    OUT(seen, uint8_t, args[3]);
    Py_ssize_t several = 0, fresh = 0;
    for (Py_ssize_t i = 0; i < rows_n; i++) {
        if ((uint64_t)rows[i] >= (uint64_t)of_row_n) return out_of_range(&arrays);
        int32_t group = of_row[rows[i]];
        if (group == none) continue;
        if (group < 0 || group >= seen_n) return out_of_range(&arrays);
        several++;
        fresh += !seen[group];
        seen[group] = 1;
    }
    release(&arrays);
    return Py_BuildValue("nn", several, fresh);
failed:
    release(&arrays);
    return NULL;
}

/* at_least(values, least, also, out) -> how many: the places of the values that are not less than
 * `least`, and those of `also` (ascending), ascending in `out`, which has room for all. */
static PyObject *at_least(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 4));
    IN(values, float, args[0]);
    NUMBER(given, args[1]);
    IN(also, int64_t, args[2]);
    OUT(out, int64_t, args[3]);
    NEED(enough(out_n, values_n));
    const Py_ssize_t found = places_of(values, values_n, (float)given, also, also_n, out);
    release(&arrays);
    return PyLong_FromSsize_t(found);
failed:
    release(&arrays);
    return NULL;
}

/* --------------------------------------------------------------------------------- sorting */

enum { DIGIT = 11, BUCKETS = 1 << DIGIT };

/* stable_order(keys, order) -> whether it was done: the order that sorts `keys` (below 2^32, else
 * it is not), equal ones as they came, by their digits from the last to the first. */
static PyObject *stable_order(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    uint64_t *from = NULL, *to = NULL;
    NEED(counted(n, 2));
    NEED(!PyObject_GetBuffer(args[0], &arrays.views[0], PyBUF_SIMPLE));
    const Py_buffer *keys = &arrays.views[arrays.count++];
    OUT(order, int64_t, args[1]);
    const Py_ssize_t count = keys->len / keys->itemsize;
    NEED(enough(order_n, count) && enough(UINT32_MAX, count));
    from = PyMem_Malloc((count + 1) * sizeof(uint64_t));
    to = PyMem_Malloc((count + 1) * sizeof(uint64_t));
    if (!from || !to) {
        PyErr_NoMemory();
        goto failed;
    }
    uint64_t all = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        const uint64_t key = item(keys, i);
        all |= key;
        from[i] = key << 32 | (uint64_t)i;
    }
    const int fits = all <= UINT32_MAX;
    for (int shift = 0; fits && all >> shift; shift += DIGIT) {
        Py_ssize_t place[BUCKETS] = {0};
        for (Py_ssize_t i = 0; i < count; i++) place[from[i] >> (32 + shift) & (BUCKETS - 1)]++;
        Py_ssize_t before = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            const Py_ssize_t size = place[bucket];
            place[bucket] = before;
            before += size;
        }
        for (Py_ssize_t i = 0; i < count; i++)
            to[place[from[i] >> (32 + shift) & (BUCKETS - 1)]++] = from[i];
        uint64_t *const sorted = to;
        to = from;
        from = sorted;
    }
    for (Py_ssize_t i = 0; fits && i < count; i++) order[i] = (int64_t)(from[i] & UINT32_MAX);
    PyMem_Free(from);
    PyMem_Free(to);
    release(&arrays);
    return PyBool_FromLong(fits);
failed:
    PyMem_Free(from);
    PyMem_Free(to);
    release(&arrays);
    return NULL;
}

/* ------------------------------------------------------------------------ the units of a text */

static uint64_t hash_bytes(const uint8_t *bytes, Py_ssize_t length) {
    uint64_t hash = (uint64_t)length;
    for (; length > 0; bytes += 8, length -= 8) {
        uint64_t word = 0;
        if (length >= 8) memcpy(&word, bytes, 8);
        else for (Py_ssize_t i = 0; i < length; i++) word |= (uint64_t)bytes[i] << 8 * i;
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return hash;
}

/* A hash table of units: `slots` has their numbers, -1 where free; their bytes lie end to end in
 * `store`, unit i before ends[i]. */
typedef struct {
    int32_t *slots;
    uint8_t *store;
    int64_t *ends;
    Py_ssize_t slots_n, store_n, ends_n, known;
} Units;

/* The slot of a unit, or the free one where it belongs; there is always a free one. */
static Py_ssize_t slot_of(const Units *units, const uint8_t *bytes, Py_ssize_t length) {
    Py_ssize_t at = (Py_ssize_t)(hash_bytes(bytes, length) & (uint64_t)(units->slots_n - 1));
    for (;; at = (at + 1) & (units->slots_n - 1)) {
        const int32_t number = units->slots[at];
        if (number < 0) return at;
        const int64_t start = number ? units->ends[number - 1] : 0;
        if (units->ends[number] - start == length && !memcmp(units->store + start, bytes, length))
            return at;
    }
}

/* number_units(data, at, slots, store, ends, known, numbers, done) -> (known, at, done): the units
 * of `data`, each of which a space ends, from byte `at` on get numbers in the order of their first
 * coming; stops where the table is half full. `slots` is as long as a power of two. */
static PyObject *number_units(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 8));
    IN(data, uint8_t, args[0]);
    WHOLE(at, args[1]);
    OUT(slots, int32_t, args[2]);
    OUT(store, uint8_t, args[3]);
    OUT(ends, int64_t, args[4]);
    WHOLE(known, args[5]);
    OUT(numbers, int32_t, args[6]);
    WHOLE(done, args[7]);
    Units units = {slots, store, ends, slots_n, store_n, ends_n, known};
    NEED(enough(slots_n, 2) && enough(ends_n, known) && enough(at, 0) && enough(known, 0));
    NEED(enough(done, 0) && enough(slots_n / 2, known));
    int64_t used = known ? ends[known - 1] : 0;
    while (at < data_n && units.known < slots_n / 2) {
        const uint8_t *stop = memchr(data + at, ' ', data_n - at);
        if (!stop) break;
        const Py_ssize_t length = stop - (data + at), slot = slot_of(&units, data + at, length);
        if (slots[slot] < 0) {
            NEED(enough(ends_n, units.known + 1) && enough(store_n - used, length));
            memcpy(store + used, data + at, length);
            ends[units.known] = used += length;
            slots[slot] = (int32_t)units.known++;
        }
        NEED(enough(numbers_n, done + 1));
        numbers[done++] = slots[slot];
        at += length + 1;
    }
    release(&arrays);
    return Py_BuildValue("nnn", units.known, at, done);
failed:
    release(&arrays);
    return NULL;
}

/* place_units(slots, store, ends, known): put the units that are known into an empty table. */
static PyObject *place_units(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 4));
    OUT(slots, int32_t, args[0]);
    OUT(store, uint8_t, args[1]);
    OUT(ends, int64_t, args[2]);
    WHOLE(known, args[3]);
    Units units = {slots, store, ends, slots_n, store_n, ends_n, known};
    NEED(enough(slots_n / 2, known) && enough(ends_n, known) && enough(known, 0));
    for (Py_ssize_t i = 0; i < known; i++) {
        const int64_t start = i ? ends[i - 1] : 0;
        NEED(enough(store_n, ends[i]));
        slots[slot_of(&units, store + start, ends[i] - start)] = (int32_t)i;
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

/* ----------------------------------------------------------------------- articles into lists */

enum { PARAGRAPH_TOKEN, FIELD_TOKEN, TITLE = 0, ALL_FIELDS = 4 };

/* A place of a batch: the article, the weight of an occurrence there, and whether in its title. */
typedef struct {
    int32_t word; /* below 0: none, a break */
    uint16_t doc;
    uint8_t weight, in_title;
} Place;

/* The same in the order of words: `other` is where it is, or the other word of a pair. */
typedef struct {
    int32_t other;
    uint16_t doc;
    uint8_t weight, in_title;
} Entry;

/* Runs that grow (see `inversion.Runs`), with room for as many as there may be. */
typedef struct {
    int32_t *first, *second;
    uint16_t *counts, *docs;
    uint8_t *weights;
    Py_ssize_t runs, postings;
} Growing;

static int make_room(Growing *runs, Py_ssize_t most) {
    memset(runs, 0, sizeof(*runs));
    runs->first = PyMem_Malloc((most + 1) * sizeof(int32_t));
    runs->second = PyMem_Malloc((most + 1) * sizeof(int32_t));
    runs->counts = PyMem_Malloc((most + 1) * sizeof(uint16_t));
    runs->docs = PyMem_Malloc((most + 1) * sizeof(uint16_t));
    runs->weights = PyMem_Malloc(most + 1);
    return runs->first && runs->second && runs->counts && runs->docs && runs->weights;
}

static void free_room(Growing *runs) {
    PyMem_Free(runs->first);
    PyMem_Free(runs->second);
    PyMem_Free(runs->counts);
    PyMem_Free(runs->docs);
    PyMem_Free(runs->weights);
}

static inline void begin_run(Growing *runs, int32_t first, int32_t second) {
    runs->first[runs->runs] = first;
    runs->second[runs->runs] = second;
    runs->counts[runs->runs++] = 0;
}

static inline void add_posting(Growing *runs, uint16_t doc, unsigned weight, const uint8_t *step) {
    runs->counts[runs->runs - 1]++;
    runs->docs[runs->postings] = doc;
    runs->weights[runs->postings++] = step[weight < 255 ? weight : 255];
}

static PyObject *given(const Growing *runs, int pairs) {
    const char *second = (const char *)runs->second;
    const Py_ssize_t n = runs->runs, postings = runs->postings;
    return Py_BuildValue(
        "(y#y#y#y#y#)", (const char *)runs->first, n * (Py_ssize_t)sizeof(int32_t), second,
        pairs ? n * (Py_ssize_t)sizeof(int32_t) : 0, (const char *)runs->counts,
        n * (Py_ssize_t)sizeof(uint16_t), (const char *)runs->docs,
        postings * (Py_ssize_t)sizeof(uint16_t), (const char *)runs->weights, postings);
}

/* Counts → the place of the first of each, `size` of them. */
static void accumulate(int32_t *counts, Py_ssize_t size) {
    int32_t before = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        const int32_t count = counts[i];
        counts[i] = before;
        before += count;
    }
}

/* invert(tokens, words, weights, rounded, lengths, exact) -> (words, titles, pairs), each the bytes
 * of its first terms, second terms (of pairs), counts, articles and weights: the runs of a batch of
 * whole articles, as `builder.inverted` makes them. `words` has the word (below `exact`) of each
 * token, `weights` what an occurrence weighs by field and place in it, up to the last place of all;
 * `lengths` gets the words by article and field. */
static PyObject *invert(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Growing words = {0}, titles = {0}, pairs = {0};
    Place *places = NULL;
    Entry *sorted = NULL, *second = NULL;
    int32_t *of_word = NULL, *of_first = NULL;
    PyObject *found = NULL;
    NEED(counted(n, 6));
    IN(tokens, uint32_t, args[0]);
    IN(word_of, int32_t, args[1]);
    IN(weights, uint8_t, args[2]);
    IN(rounded, uint8_t, args[3]);
    OUT(lengths, uint32_t, args[4]);
    WHOLE(exact, args[5]);
    const Py_ssize_t early = weights_n / ALL_FIELDS;
    NEED(enough(early, 1) && enough(rounded_n, 256) && enough(exact, 0));
    NEED(enough(INT32_MAX - 1, tokens_n));
    places = PyMem_Malloc((tokens_n + 1) * sizeof(Place));
    sorted = PyMem_Malloc((tokens_n + 1) * sizeof(Entry));
    second = PyMem_Malloc((tokens_n + 1) * sizeof(Entry));
    of_word = PyMem_Calloc(exact + 1, sizeof(int32_t));
    of_first = PyMem_Calloc(exact + 1, sizeof(int32_t));
    const int rooms = make_room(&words, tokens_n) & make_room(&titles, tokens_n) &
                      make_room(&pairs, tokens_n);
    if (!places || !sorted || !second || !of_word || !of_first || !rooms) {
        PyErr_NoMemory();
        goto failed;
    }
    memset(lengths, 0, lengths_n * sizeof(uint32_t));
    Py_ssize_t cell = 0, start = 0, in_title = 0;
    for (Py_ssize_t i = 0; i < tokens_n; i++) {
        const uint32_t token = tokens[i];
        NEED(enough(word_of_n, (Py_ssize_t)token + 1) && enough(lengths_n, cell + 1));
        const int field = cell % ALL_FIELDS;
        places[i] = (Place){.word = -1, .doc = (uint16_t)(cell / ALL_FIELDS)};
        if (token > FIELD_TOKEN) {
            const int32_t word = word_of[token];
            NEED(enough(word, 0) && enough(exact, (Py_ssize_t)word + 1));
            places[i].word = word;
            places[i].weight = weights[field * early + (i - start < early ? i - start : early - 1)];
            places[i].in_title = field == TITLE;
            lengths[cell]++;
            of_word[word]++;
            if (i && places[i - 1].word >= 0) of_first[places[i - 1].word]++;
        } else if (token == FIELD_TOKEN) {
            cell++;
            start = i + 1;
        }
    }
    accumulate(of_word, exact);
    accumulate(of_first, exact);
    for (Py_ssize_t i = 0; i < tokens_n; i++) {
        const Place place = places[i];
        if (place.word >= 0)
            sorted[of_word[place.word]++] =
                (Entry){(int32_t)i, place.doc, place.weight, place.in_title};
    }
    /* Now of_word has the end of each word's entries. */
    for (Py_ssize_t word = 0, at = 0; word < exact; word++) {
        const Py_ssize_t end = of_word[word];
        if (at == end) continue;
        begin_run(&words, (int32_t)word, 0);
        in_title = 0;
        while (at < end) {
            const uint16_t doc = sorted[at].doc;
            unsigned sum = 0, often = 0;
            for (; at < end && sorted[at].doc == doc; at++) {
                const Py_ssize_t place = sorted[at].other;
                sum += sorted[at].weight;
                often += sorted[at].in_title;
                if (!place || places[place - 1].word < 0) continue;
                const Place first = places[place - 1];
                second[of_first[first.word]++] =
                    (Entry){(int32_t)word, first.doc, first.weight, 0};
            }
            add_posting(&words, doc, sum, rounded);
            if (often) {
                if (!in_title++) begin_run(&titles, (int32_t)word, 0);
                add_posting(&titles, doc, 2 * often, rounded);
            }
        }
    }
    for (Py_ssize_t word = 0, at = 0; word < exact; word++) {
        const Py_ssize_t end = of_first[word];
        while (at < end) {
            const int32_t other = second[at].other;
            begin_run(&pairs, (int32_t)word, other);
            while (at < end && second[at].other == other) {
                const uint16_t doc = second[at].doc;
                unsigned sum = 0;
                for (; at < end && second[at].other == other && second[at].doc == doc; at++)
                    sum += second[at].weight;
                add_posting(&pairs, doc, sum, rounded);
            }
        }
    }
    found = Py_BuildValue("(NNN)", given(&words, 0), given(&titles, 0), given(&pairs, 1));
failed:
    PyMem_Free(places);
    PyMem_Free(sorted);
    PyMem_Free(second);
    PyMem_Free(of_word);
    PyMem_Free(of_first);
    free_room(&words);
    free_room(&titles);
    free_room(&pairs);
    release(&arrays);
    return found;
}

/* --------------------------------------------------------------------------- near copies */

/* tell(tokens, words, hashes, fields, out, ends) -> how many: the hashes of the words of whole
 * articles that stand in the fields of which `fields` is true, and where each article's end. */
static PyObject *tell(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 6));
    IN(tokens, uint32_t, args[0]);
    IN(word_of, int32_t, args[1]);
    IN(hashes, uint64_t, args[2]);
    IN(fields, uint8_t, args[3]);
    OUT(out, uint64_t, args[4]);
    OUT(ends, int64_t, args[5]);
    NEED(enough(fields_n, ALL_FIELDS) && enough(out_n, tokens_n));
    Py_ssize_t found = 0, cell = 0;
    for (Py_ssize_t i = 0; i < tokens_n; i++) {
        const uint32_t token = tokens[i];
        if (token == FIELD_TOKEN) {
            if (++cell % ALL_FIELDS) continue;
            NEED(enough(ends_n, cell / ALL_FIELDS));
            ends[cell / ALL_FIELDS - 1] = found;
        } else if (token > FIELD_TOKEN && fields[cell % ALL_FIELDS]) {
            NEED(enough(word_of_n, (Py_ssize_t)token + 1));
            const int32_t word = word_of[token];
            NEED(enough(word, 0) && enough(hashes_n, (Py_ssize_t)word + 1));
            out[found++] = hashes[word];
        }
    }
    release(&arrays);
    return PyLong_FromSsize_t(found);
failed:
    release(&arrays);
    return NULL;
}

/* The constants of `sketches`, which must be the same there. */
#define HASH_MULTIPLIER 0x9E3779B97F4A7C15u
#define HASH_ODD 0xD6E8FEB86659FD93u
#define NO_HASH 0xFFFFFFFFu

static inline uint32_t hash_run(const uint64_t *hashes, int length) {
    uint64_t run = hashes[0];
    for (int i = 1; i < length; i++) run = run * HASH_MULTIPLIER + hashes[i];
    run ^= run >> 32;
    return (uint32_t)((run * HASH_ODD) >> 32);
}

static int by_value(const void *a, const void *b) {
    const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return one < other ? -1 : one > other;
}

/* Fills a row with the smallest distinct ones of `keys`; returns how many distinct ones there are. */
static Py_ssize_t smallest(uint32_t *keys, Py_ssize_t count, uint32_t *row, Py_ssize_t width) {
    qsort(keys, count, sizeof(uint32_t), by_value);
    Py_ssize_t distinct = 0;
    for (Py_ssize_t i = 0; i < width; i++) row[i] = NO_HASH;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i && keys[i] == keys[i - 1]) continue;
        if (distinct < width) row[distinct] = keys[i];
        distinct++;
    }
    return distinct;
}

/* sketches(hashes, ends, (shingle, level), runs, numbers, counts): what `sketches.sketches_of`
 * gives, in rows as wide as the arrays say. */
static PyObject *sketches(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    uint32_t *keys = NULL;
    NEED(counted(n, 6));
    IN(hashes, uint64_t, args[0]);
    IN(ends, int64_t, args[1]);
    int shingle;
    double level;
    NEED(PyArg_ParseTuple(args[2], "id", &shingle, &level));
    OUT(runs, uint32_t, args[3]);
    OUT(numbers, uint32_t, args[4]);
    OUT(counts, uint32_t, args[5]);
    const Py_ssize_t width = ends_n ? runs_n / ends_n : 0, places = ends_n ? numbers_n / ends_n : 0;
    NEED(enough(counts_n, ends_n) && enough(shingle, 1));
    keys = PyMem_Malloc((hashes_n + 1) * sizeof(uint32_t));
    if (!keys) {
        PyErr_NoMemory();
        goto failed;
    }
    int64_t start = 0;
    for (Py_ssize_t row = 0; row < ends_n; start = ends[row++]) {
        NEED(enough(ends[row], start) && enough(hashes_n, ends[row]));
        const uint64_t *own = hashes + start;
        const int64_t size = ends[row] - start;
        const int64_t all = size >= shingle ? size - shingle + 1 : 0;
        double share = fmin(1, level * width / (all > 1 ? all : 1));
        Py_ssize_t looked_at, distinct;
        for (;; share = 1) { /* texts that say the same again and again need all their runs */
            const uint32_t limit = (uint32_t)fmin(share * 4294967296.0, NO_HASH - 1);
            looked_at = 0;
            for (int64_t i = 0; i < all; i++) {
                keys[looked_at] = hash_run(own + i, shingle);
                looked_at += keys[looked_at] <= limit;
            }
            distinct = smallest(keys, looked_at, runs + row * width, width);
            if (distinct >= width || share >= 1) break;
        }
        counts[row] = (uint32_t)rint((double)(all * distinct) / (looked_at > 1 ? looked_at : 1));
        Py_ssize_t found = 0;
        for (int64_t i = 1; i + 1 < size; i++) {
            if (!(own[i] & 1)) continue;
            keys[found] = hash_run(own + i - 1, 3);
            found += keys[found] < NO_HASH;
        }
        smallest(keys, found, numbers + row * places, places);
    }
    PyMem_Free(keys);
    release(&arrays);
    Py_RETURN_NONE;
failed:
    PyMem_Free(keys);
    release(&arrays);
    return NULL;
}

/* ---------------------------------------------------------------------- units taken apart */

/* The number of a string, which is given one if it has none; -1 where there is no room for it. */
static int32_t number_of(Units *units, const uint8_t *bytes, Py_ssize_t length) {
    const Py_ssize_t slot = slot_of(units, bytes, length);
    if (units->slots[slot] >= 0) return units->slots[slot];
    const int64_t used = units->known ? units->ends[units->known - 1] : 0;
    if (units->known >= units->slots_n / 2 || units->known >= units->ends_n) return -1;
    if (units->store_n - used < length) return -1;
    memcpy(units->store + used, bytes, length);
    units->ends[units->known] = used + length;
    units->slots[slot] = (int32_t)units->known;
    return (int32_t)units->known++;
}

/* A table of units as (slots, store, ends, known); 0 after an error. */
static int open_units(Arrays *arrays, PyObject *object, Units *units) {
    PyObject *slots, *store, *ends;
    if (!PyArg_ParseTuple(object, "OOOn", &slots, &store, &ends, &units->known)) return 0;
    units->slots = items(arrays, slots, sizeof(int32_t), &units->slots_n, 1);
    if (!units->slots) return 0;
    units->store = items(arrays, store, 1, &units->store_n, 1);
    if (!units->store) return 0;
    units->ends = items(arrays, ends, sizeof(int64_t), &units->ends_n, 1);
    if (!units->ends) return 0;
    const Py_ssize_t known = units->known;
    return enough(known, 0) && enough(units->ends_n, known) && enough(units->slots_n / 2, known) &&
           enough(units->store_n, known ? units->ends[known - 1] : 0);
}

/* Where string `number` begins, and its length. */
static const uint8_t *string(const Units *units, Py_ssize_t number, Py_ssize_t *length) {
    const int64_t start = number ? units->ends[number - 1] : 0;
    *length = units->ends[number] - start;
    return units->store + start;
}

/* number_string(bytes, table) -> the number of a string; -1 where the table is full. */
static PyObject *number_string(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Units table;
    NEED(counted(n, 2));
    IN(bytes, uint8_t, args[0]);
    NEED(open_units(&arrays, args[1], &table));
    const int32_t number = number_of(&table, bytes, bytes_n);
    release(&arrays);
    return PyLong_FromLong(number);
failed:
    release(&arrays);
    return NULL;
}

enum { IN_WORD, BETWEEN, UNUSUAL, EMPTY = 1, SPACE = 2, BREAKS = 2 };

/* What a character is: of a word, between words, or something that only `vietnamese.tokens` knows;
 * `size` gets its bytes. The text is what Python encoded: whole characters. */
static int kind_of(const uint8_t *at, Py_ssize_t *size) {
    const uint8_t first = at[0];
    *size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0x80)
        return (uint8_t)((first | 32) - 'a') < 26 || (uint8_t)(first - '0') < 10 ? IN_WORD : BETWEEN;
    if (*size == 2) {
        const int code = (first & 31) << 6 | (at[1] & 63);
        if (code == 0xD7 || code == 0xF7) return BETWEEN;
        if (code >= 0xC0) return code < 0x250 ? IN_WORD : UNUSUAL;
        switch (code) { /* numbers, letters, and the soft hyphen */
            case 0xAA: case 0xAD: case 0xB2: case 0xB3: case 0xB5:
            case 0xB9: case 0xBA: case 0xBC: case 0xBD: case 0xBE: return UNUSUAL;
            default: return code < 0xA0 ? UNUSUAL : BETWEEN;
        }
    }
    if (*size == 3) {
        const int code = (first & 15) << 12 | (at[1] & 63) << 6 | (at[2] & 63);
        if (code >= 0x1E00 && code < 0x1F00) return IN_WORD;
        if (code >= 0x2010 && code < 0x205F && (code < 0x2028 || code > 0x202E)) return BETWEEN;
    }
    return UNUSUAL;
}

/* take_apart(units, raw, separators, (first, used), counts, starts, tails, tokens, before) ->
 * (unit, known raw, known separators, used): the tokens of the units from `first` on, and what
 * stands before each and after the last, by number, as `analysis` describes. Stops before a unit
 * that holds something unusual, or where there is no more room. Tables are (slots, store, ends,
 * known). */
static PyObject *take_apart(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Units units, raw, separators;
    Py_ssize_t unit, used;
    NEED(counted(n, 9));
    NEED(open_units(&arrays, args[0], &units));
    NEED(open_units(&arrays, args[1], &raw));
    NEED(open_units(&arrays, args[2], &separators));
    NEED(PyArg_ParseTuple(args[3], "nn", &unit, &used));
    OUT(counts, int32_t, args[4]);
    OUT(starts, int32_t, args[5]);
    OUT(tails, int32_t, args[6]);
    OUT(tokens, int32_t, args[7]);
    OUT(before, int32_t, args[8]);
    NEED(enough(unit, 0) && enough(used, 0) && enough(counts_n, units.known));
    NEED(enough(starts_n, units.known) && enough(tails_n, units.known));
    const Py_ssize_t room = tokens_n < before_n ? tokens_n : before_n;
    for (; unit < units.known; unit++) {
        Py_ssize_t length, size, at = 0, from = 0, word = -1, found = 0;
        const uint8_t *text = string(&units, unit, &length);
        while (at < length && kind_of(text + at, &size) != UNUSUAL) at += size;
        if (at < length || room - used < length) break;
        int32_t number = 0, separator = EMPTY, kind;
        for (at = 0; at < length && number >= 0 && separator >= 0; at += size) {
            kind = kind_of(text + at, &size);
            if (kind == IN_WORD && word < 0) word = at;
            if (word < 0 || (kind == IN_WORD && at + size < length)) continue;
            const Py_ssize_t end = kind == IN_WORD ? at + size : at;
            number = number_of(&raw, text + word, end - word);
            separator = number_of(&separators, text + from, word - from);
            tokens[used + found] = number;
            before[used + found++] = separator;
            from = end;
            word = -1;
        }
        if (number >= 0 && separator >= 0 && found)
            separator = number_of(&separators, text + from, length - from);
        if (number < 0 || separator < 0) break;
        counts[unit] = (int32_t)found;
        starts[unit] = (int32_t)used;
        tails[unit] = found ? separator : EMPTY;
        used += found;
    }
    release(&arrays);
    return Py_BuildValue("nnnn", unit, raw.known, separators.known, used);
failed:
    release(&arrays);
    return NULL;
}

/* A text that is put together. */
typedef struct {
    uint8_t *bytes;
    Py_ssize_t length, room;
} Text;

static int append(Text *text, const uint8_t *bytes, Py_ssize_t length) {
    if (!length) return 1;
    if (text->room - text->length < length) {
        const Py_ssize_t room = 2 * (text->length + length);
        uint8_t *more = PyMem_Realloc(text->bytes, room);
        if (!more) return 0;
        text->bytes = more;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    return 1;
}

static int append_string(Text *text, const Units *units, Py_ssize_t number) {
    Py_ssize_t length;
    const uint8_t *bytes = string(units, number, &length);
    return append(text, bytes, length);
}

enum { JOINS = 256 };

/* expand(numbers, units, separators, counts, starts, tails, tokens, before, joins) ->
 * (known separators, tokens, separators, ends), the last three None where there was no more room:
 * the tokens of these units but the first, as `Analysed` has them. `joins` (256 x 256 x 2) keeps
 * the number of a tail and a head, with a space between or not; -1 where it is not known yet. */
static PyObject *expand(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Units units, separators;
    Text text = {0};
    int32_t *given_tails = NULL;
    uint32_t *out = NULL, *out_before = NULL;
    int64_t *ends = NULL;
    PyObject *found = NULL;
    NEED(counted(n, 9));
    IN(numbers, int32_t, args[0]);
    NEED(open_units(&arrays, args[1], &units));
    NEED(open_units(&arrays, args[2], &separators));
    IN(counts, int32_t, args[3]);
    IN(starts, int32_t, args[4]);
    IN(tails, int32_t, args[5]);
    IN(tokens, int32_t, args[6]);
    IN(before, int32_t, args[7]);
    OUT(joins, int32_t, args[8]);
    NEED(enough(joins_n, JOINS * JOINS * 2) && enough(numbers_n, 1));
    NEED(enough(counts_n, units.known) && enough(starts_n, units.known));
    NEED(enough(tails_n, units.known));
    /* Units without any token go to the tail of the unit before them. */
    Py_ssize_t total = 0, attached = 0, fields = 0;
    given_tails = PyMem_Malloc((numbers_n + 1) * sizeof(int32_t));
    if (!given_tails) goto memory;
    for (Py_ssize_t i = 0; i < numbers_n; i++) {
        const int32_t unit = numbers[i];
        NEED(enough(unit, 0) && enough(units.known, (Py_ssize_t)unit + 1));
        fields += unit == 1;
        if (counts[unit]) {
            NEED(enough(counts[unit], 0) && enough(starts[unit], 0) && enough(tails[unit], 0));
            NEED(enough(tokens_n, (Py_ssize_t)starts[unit] + counts[unit]));
            NEED(enough(before_n, (Py_ssize_t)starts[unit] + counts[unit]));
            NEED(enough(separators.known, (Py_ssize_t)tails[unit] + 1));
            NEED(enough(separators.known, (Py_ssize_t)before[starts[unit]] + 1));
            NEED(enough(before[starts[unit]], 0));
            total += counts[unit];
            continue;
        }
        NEED(enough(i, 1));
        const int32_t owner = numbers[i - 1];
        text.length = 0;
        if (owner >= BREAKS && !append_string(&text, &separators, tails[owner])) goto memory;
        for (int spaced = owner >= BREAKS; i < numbers_n; i++, spaced = 1) {
            if (numbers[i] < 0 || numbers[i] >= units.known || counts[numbers[i]]) break;
            if (spaced && !append(&text, (const uint8_t *)" ", 1)) goto memory;
            if (!append_string(&text, &units, numbers[i])) goto memory;
        }
        if (owner < BREAKS && i < numbers_n && numbers[i] >= BREAKS &&
            !append(&text, (const uint8_t *)" ", 1))
            goto memory;
        const int32_t number = number_of(&separators, text.bytes, text.length);
        if (number < 0) goto no_room;
        given_tails[attached++] = number;
        i--;
    }
    out = PyMem_Malloc((total + 1) * sizeof(uint32_t));
    out_before = PyMem_Malloc((total + 1) * sizeof(uint32_t));
    ends = PyMem_Malloc((fields + 1) * sizeof(int64_t));
    if (!out || !out_before || !ends) goto memory;
    Py_ssize_t at = 0, cell = 0, next = 0;
    int32_t tail = EMPTY, last = 0;
    for (Py_ssize_t i = 0; i < numbers_n; i++) {
        const int32_t unit = numbers[i];
        if (!counts[unit]) {
            tail = given_tails[next++];
            while (i + 1 < numbers_n && !counts[numbers[i + 1]]) i++;
            continue;
        }
        const int32_t start = starts[unit], head = before[start];
        int32_t separator = 0;
        if (i && (head != EMPTY || tail != EMPTY)) {
            const int spaced = unit >= BREAKS && last >= BREAKS;
            int32_t *join = NULL;
            separator = -1;
            if (tail < JOINS && head < JOINS) {
                join = joins + ((Py_ssize_t)tail * JOINS + head) * 2 + spaced;
                separator = *join;
            }
            if (separator < 0) {
                text.length = 0;
                if (!append_string(&text, &separators, tail)) goto memory;
                if (spaced && !append(&text, (const uint8_t *)" ", 1)) goto memory;
                if (!append_string(&text, &separators, head)) goto memory;
                separator = number_of(&separators, text.bytes, text.length);
                if (separator < 0) goto no_room;
                if (separator == (spaced ? SPACE : EMPTY)) separator = 0;
                if (join) *join = separator;
            }
        }
        for (int32_t k = 0; k < counts[unit]; k++) {
            out[at] = (uint32_t)tokens[start + k];
            out_before[at++] = (uint32_t)(k ? before[start + k] : separator);
        }
        if (unit == 1 && i && ++cell % ALL_FIELDS == 0) ends[cell / ALL_FIELDS - 1] = at - 1;
        tail = tails[unit];
        last = unit;
    }
    /* The first unit is one token that is not wanted. */
    const Py_ssize_t wanted = at - 1, articles = cell / ALL_FIELDS;
    NEED(enough(wanted, 0));
    found = Py_BuildValue("ny#y#y#", separators.known, (const char *)(out + 1),
                          wanted * (Py_ssize_t)sizeof(uint32_t), (const char *)(out_before + 1),
                          wanted * (Py_ssize_t)sizeof(uint32_t), (const char *)ends,
                          articles * (Py_ssize_t)sizeof(int64_t));
    goto failed;
no_room:
    found = Py_BuildValue("nOOO", separators.known, Py_None, Py_None, Py_None);
    goto failed;
memory:
    PyErr_NoMemory();
failed:
    PyMem_Free(text.bytes);
    PyMem_Free(given_tails);
    PyMem_Free(out);
    PyMem_Free(out_before);
    PyMem_Free(ends);
    release(&arrays);
    return found;
}

/* ------------------------------------------------------------------------ lists put together */

/* Whether `count` items from `start` on are all in an array. */
static int within(Py_ssize_t length, uint64_t start, uint64_t count) {
    if (start <= (uint64_t)length && count <= (uint64_t)length - start) return 1;
    PyErr_SetString(PyExc_ValueError, "arrays of different lengths");
    return 0;
}

/* An array of unsigned numbers of any width; NULL after an error. */
static const Py_buffer *any_items(Arrays *arrays, PyObject *object, Py_ssize_t *length) {
    Py_buffer *view = &arrays->views[arrays->count];
    if (arrays->count == MOST_ARRAYS) {
        PyErr_SetString(PyExc_SystemError, "too many arrays");
        return NULL;
    }
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE)) return NULL;
    arrays->count++;
    *length = view->len / view->itemsize;
    return view;
}

#define ANY(name, object) \
    Py_ssize_t name##_n; \
    const Py_buffer *name = any_items(&arrays, object, &name##_n); \
    if (!name) goto failed

/* copy_runs(docs, weights, starts, counts, out_docs, out_weights): the postings of runs end to
 * end. */
static PyObject *copy_runs(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 6));
    IN(docs, uint16_t, args[0]);
    IN(weights, uint8_t, args[1]);
    ANY(starts, args[2]);
    ANY(counts, args[3]);
    OUT(out_docs, uint16_t, args[4]);
    OUT(out_weights, uint8_t, args[5]);
    NEED(enough(starts_n, counts_n) && enough(weights_n, docs_n));
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < counts_n; i++) {
        const uint64_t start = item(starts, i), count = item(counts, i);
        NEED(within(docs_n, start, count));
        NEED(within(out_docs_n, at, count) && within(out_weights_n, at, count));
        memcpy(out_docs + at, docs + start, count * sizeof(uint16_t));
        memcpy(out_weights + at, weights + start, count);
        at += count;
    }
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

static int by_doc(const void *a, const void *b) {
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* union_of(counts, docs, weights, first) -> (counts, docs, weights): lists joined in groups of
 * neighbours, group g being lists first[g] to before first[g + 1] (less first[0]); the weights of a
 * document that several have are added. */
static PyObject *union_of(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *found = NULL;
    uint32_t *sums = NULL, *sizes = NULL;
    uint16_t *out = NULL;
    uint8_t *out_weights = NULL;
    NEED(counted(n, 4));
    IN(counts, uint32_t, args[0]);
    IN(docs, uint16_t, args[1]);
    IN(weights, uint8_t, args[2]);
    IN(first, uint32_t, args[3]);
    const Py_ssize_t groups = first_n - 1;
    NEED(enough(first_n, 1) && enough(weights_n, docs_n));
    NEED(enough(counts_n, (Py_ssize_t)first[groups] - first[0]));
    sums = PyMem_Calloc(1 << 16, sizeof(uint32_t));
    sizes = PyMem_Malloc((groups + 1) * sizeof(uint32_t));
    out = PyMem_Malloc((docs_n + 1) * sizeof(uint16_t));
    out_weights = PyMem_Malloc(docs_n + 1);
    if (!sums || !sizes || !out || !out_weights) {
        PyErr_NoMemory();
        goto failed;
    }
    Py_ssize_t at = 0, done = 0, list = 0;
    for (Py_ssize_t group = 0; group < groups; group++) {
        NEED(enough(first[group + 1], first[group]));
        const Py_ssize_t lists = first[group + 1] - first[group], start = done;
        for (Py_ssize_t i = 0; i < lists; i++, list++) {
            const Py_ssize_t count = counts[list];
            NEED(enough(docs_n - at, count));
            for (Py_ssize_t k = 0; k < count; k++, at++) {
                if (lists == 1) out_weights[done] = weights[at];
                else if (sums[docs[at]]) { /* in one of the lists before */
                    sums[docs[at]] += weights[at];
                    continue;
                } else sums[docs[at]] = weights[at];
                out[done++] = docs[at];
            }
        }
        sizes[group] = (uint32_t)(done - start);
        if (lists == 1) continue;
        qsort(out + start, done - start, sizeof(uint16_t), by_doc);
        for (Py_ssize_t i = start; i < done; i++) {
            const uint32_t sum = sums[out[i]];
            out_weights[i] = sum < 255 ? (uint8_t)sum : 255;
            sums[out[i]] = 0;
        }
    }
    found = Py_BuildValue("(y#y#y#)", (const char *)sizes, groups * (Py_ssize_t)sizeof(uint32_t),
                          (const char *)out, done * (Py_ssize_t)sizeof(uint16_t),
                          (const char *)out_weights, done);
failed:
    PyMem_Free(sums);
    PyMem_Free(sizes);
    PyMem_Free(out);
    PyMem_Free(out_weights);
    release(&arrays);
    return found;
}

/* runs_by_first(first, exact, folded, rows, starts): the numbers of the runs ordered by the folded
 * form of their first term, and where those of each form begin (one more at the end). `exact` is
 * the new number of each term, `folded` its folded form by the new number. */
static PyObject *runs_by_first(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    NEED(counted(n, 5));
    ANY(first, args[0]);
    IN(exact, int32_t, args[1]);
    IN(folded, uint32_t, args[2]);
    OUT(rows, uint32_t, args[3]);
    OUT(starts, int64_t, args[4]);
    NEED(enough(rows_n, first_n) && enough(starts_n, 2));
    memset(starts, 0, starts_n * sizeof(int64_t));
    for (Py_ssize_t i = 0; i < first_n; i++) {
        const uint64_t term = item(first, i);
        NEED(within(exact_n, term, 1));
        const int32_t word = exact[term];
        NEED(enough(word, 0) && within(folded_n, word, 1));
        NEED(within(starts_n - 2, folded[word], 1));
        starts[folded[word] + 2]++; /* one place on, so that they end where they belong */
    }
    for (Py_ssize_t i = 2; i < starts_n; i++) starts[i] += starts[i - 1];
    for (Py_ssize_t i = 0; i < first_n; i++)
        rows[starts[folded[exact[item(first, i)]] + 1]++] = (uint32_t)i;
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

/* A run of a pair in the order of pairs: `key` is the second word's folded form, the first word's
 * variant, and the second one's. */
typedef struct {
    uint64_t key;
    uint32_t row;
} Keyed;

enum { SHORT_SORT = 12, VARIANT_BITS = 20 };

/* Sorts by key, equal ones as they came. */
static void sort_keyed(Keyed *line, Keyed *room, Py_ssize_t count) {
    if (count <= SHORT_SORT) {
        for (Py_ssize_t i = 1; i < count; i++) {
            const Keyed one = line[i];
            Py_ssize_t at = i;
            for (; at > 0 && line[at - 1].key > one.key; at--) line[at] = line[at - 1];
            line[at] = one;
        }
        return;
    }
    const Py_ssize_t half = count / 2;
    sort_keyed(line, room, half);
    sort_keyed(line + half, room, count - half);
    if (line[half - 1].key <= line[half].key) return;
    memcpy(room, line, half * sizeof(Keyed));
    Py_ssize_t left = 0, right = half, at = 0;
    while (left < half)
        line[at++] = right < count && line[right].key < room[left].key ? line[right++] : room[left++];
}

/* pair_lists(first, second, counts, starts, docs, weights, exact, folded, folded_first, rows) ->
 * (first words, second words, counts, docs, weights), as bytes: the lists of the pairs that these
 * rows have, which are runs in the order of `runs_by_first`. They are sorted by the folded forms of
 * both words and then by the exact ones. */
static PyObject *pair_lists(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    PyObject *found = NULL;
    Keyed *line = NULL, *room = NULL;
    int32_t *terms = NULL;
    uint32_t *sizes = NULL;
    uint16_t *out = NULL;
    uint8_t *out_weights = NULL;
    NEED(counted(n, 10));
    ANY(first, args[0]);
    ANY(second, args[1]);
    ANY(counts, args[2]);
    ANY(starts, args[3]);
    IN(docs, uint16_t, args[4]);
    IN(weights, uint8_t, args[5]);
    IN(exact, int32_t, args[6]);
    IN(folded, uint32_t, args[7]);
    IN(folded_first, uint32_t, args[8]);
    IN(rows, uint32_t, args[9]);
    NEED(enough(second_n, first_n) && enough(counts_n, first_n));
    NEED(enough(starts_n, first_n) && enough(weights_n, docs_n));
    line = PyMem_Malloc((rows_n + 1) * sizeof(Keyed));
    room = PyMem_Malloc((rows_n / 2 + 1) * sizeof(Keyed));
    terms = PyMem_Malloc((2 * rows_n + 1) * sizeof(int32_t));
    sizes = PyMem_Malloc((rows_n + 1) * sizeof(uint32_t));
    if (!line || !room || !terms || !sizes) goto memory;
    Py_ssize_t total = 0, start = 0;
    uint32_t form = 0;
    for (Py_ssize_t i = 0; i < rows_n; i++) {
        NEED(within(first_n, rows[i], 1));
        const uint64_t a = item(first, rows[i]), b = item(second, rows[i]);
        NEED(within(exact_n, a, 1) && within(exact_n, b, 1));
        const int32_t one = exact[a], other = exact[b];
        NEED(enough(one, 0) && enough(other, 0));
        NEED(enough(folded_n, 1 + (Py_ssize_t)(one > other ? one : other)));
        const uint32_t of_one = folded[one], of_other = folded[other];
        NEED(enough(folded_first_n, 1 + (Py_ssize_t)(of_one > of_other ? of_one : of_other)));
        const uint64_t variant = one - folded_first[of_one];
        const uint64_t last = other - folded_first[of_other];
        NEED(within(1 << VARIANT_BITS, variant, 1) && within(1 << VARIANT_BITS, last, 1));
        NEED(within(1 << 24, of_other, 1));
        if (i && of_one != form) {
            sort_keyed(line + start, room, i - start);
            start = i;
        }
        form = of_one;
        line[i].key = (uint64_t)of_other << 2 * VARIANT_BITS | variant << VARIANT_BITS | last;
        line[i].row = rows[i];
        const uint64_t posting = item(starts, rows[i]), count = item(counts, rows[i]);
        NEED(within(docs_n, posting, count));
        total += count;
    }
    sort_keyed(line + start, room, rows_n - start);
    out = PyMem_Malloc((total + 1) * sizeof(uint16_t));
    out_weights = PyMem_Malloc(total + 1);
    if (!out || !out_weights) goto memory;
    Py_ssize_t lists = 0, done = 0;
    int32_t *const seconds = terms + rows_n;
    for (Py_ssize_t i = 0; i < rows_n; i++) {
        const uint32_t row = line[i].row;
        const int32_t one = exact[item(first, row)], other = exact[item(second, row)];
        if (!lists || terms[lists - 1] != one || seconds[lists - 1] != other) {
            terms[lists] = one;
            seconds[lists] = other;
            sizes[lists++] = 0;
        }
        const uint64_t posting = item(starts, row), count = item(counts, row);
        sizes[lists - 1] += (uint32_t)count;
        memcpy(out + done, docs + posting, count * sizeof(uint16_t));
        memcpy(out_weights + done, weights + posting, count);
        done += count;
    }
    found = Py_BuildValue(
        "(y#y#y#y#y#)", (const char *)terms, lists * (Py_ssize_t)sizeof(int32_t),
        (const char *)seconds, lists * (Py_ssize_t)sizeof(int32_t), (const char *)sizes,
        lists * (Py_ssize_t)sizeof(uint32_t), (const char *)out,
        done * (Py_ssize_t)sizeof(uint16_t), (const char *)out_weights, done);
    goto failed;
memory:
    PyErr_NoMemory();
failed:
    PyMem_Free(line);
    PyMem_Free(room);
    PyMem_Free(terms);
    PyMem_Free(sizes);
    PyMem_Free(out);
    PyMem_Free(out_weights);
    release(&arrays);
    return found;
}

static PyMethodDef methods[] = {
    METHOD(docs), METHOD(add), METHOD(holders), METHOD(weights_in), METHOD(add_in), METHOD(all_hold),
    METHOD(lower_bound), METHOD(find_pairs), METHOD(pair_places), METHOD(common), METHOD(mark),
    METHOD(at_least), METHOD(grouped),
    METHOD(stable_order), METHOD(number_units), METHOD(place_units),
    METHOD(invert), METHOD(tell), METHOD(sketches),
    METHOD(number_string), METHOD(take_apart), METHOD(expand), METHOD(copy_runs), METHOD(union_of),
    METHOD(runs_by_first), METHOD(pair_lists),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "The inner loops of queries and of indexing.", 0, methods,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddFunctions(module, step_methods)) Py_CLEAR(module);
    if (module && PyModule_AddFunctions(module, ranking_methods)) Py_CLEAR(module);
    return module;
}
