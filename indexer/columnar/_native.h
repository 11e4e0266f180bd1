/* What the files of the compiled extension share: arrays of Python, posting lists, pairs of words. */
#ifndef TIMTIN_NATIVE_H
#define TIMTIN_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A loop that needs all registers is not put into the function that has it; and memory that will be
 * wanted can be asked for early. */
#ifdef _MSC_VER
#define APART __declspec(noinline)
#define SOON(at)
#else
#define APART __attribute__((noinline))
#define SOON(at) __builtin_prefetch(at)
#endif

#define MOST_ARRAYS 16

/* The arrays of one call, released together. */
typedef struct {
    Py_buffer views[MOST_ARRAYS];
    int count;
} Arrays;

static inline void release(Arrays *arrays) {
    while (arrays->count) PyBuffer_Release(&arrays->views[--arrays->count]);
}

/* The data of an array with items of `width` bytes and its length; NULL after an error. */
static inline void *items(Arrays *arrays, PyObject *object, Py_ssize_t width, Py_ssize_t *length, int out) {
    Py_buffer *view = &arrays->views[arrays->count];
    if (arrays->count == MOST_ARRAYS) {
        PyErr_SetString(PyExc_SystemError, "too many arrays");
        return NULL;
    }
    if (PyObject_GetBuffer(object, view, out ? PyBUF_WRITABLE : PyBUF_SIMPLE)) return NULL;
    arrays->count++;
    if (view->itemsize != width) {
        PyErr_Format(PyExc_TypeError, "items of %zd bytes, not %zd", view->itemsize, width);
        return NULL;
    }
    *length = view->len / width;
    return view->buf ? view->buf : (void *)view;
}

static inline int enough(Py_ssize_t length, Py_ssize_t needed) {
    if (length >= needed) return 1;
    PyErr_SetString(PyExc_ValueError, "arrays of different lengths");
    return 0;
}

static inline int counted(Py_ssize_t given, Py_ssize_t wanted) {
    if (given == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%zd arguments, not %zd", given, wanted);
    return 0;
}

static inline PyObject *out_of_range(Arrays *arrays) {
    release(arrays);
    PyErr_SetString(PyExc_IndexError, "an article number is too large");
    return NULL;
}

#define IN(name, type, object) \
    Py_ssize_t name##_n; \
    const type *name = items(&arrays, object, sizeof(type), &name##_n, 0); \
    if (!name) goto failed
#define OUT(name, type, object) \
    Py_ssize_t name##_n; \
    type *name = items(&arrays, object, sizeof(type), &name##_n, 1); \
    if (!name) goto failed
#define NUMBER(name, object) \
    double name = PyFloat_AsDouble(object); \
    if (name == -1.0 && PyErr_Occurred()) goto failed
#define WHOLE(name, object) \
    Py_ssize_t name = PyNumber_AsSsize_t(object, PyExc_OverflowError); \
    if (name == -1 && PyErr_Occurred()) goto failed
#define NEED(condition) \
    if (!(condition)) goto failed

/* ------------------------------------------------------------------------------ posting lists */

enum { DENSE, NEAR, FAR, STEPS = 16 };

/* A posting list as `coded.Coded` has it, and how far it was read. */
typedef struct {
    int kind;
    const uint8_t *data, *weights, *steps;
    Py_ssize_t data_n, weights_n; /* bytes */
    Py_ssize_t at, number;        /* of the next byte or document, and of the one that was read */
    int64_t df;                   /* how many documents, where that is known */
    int64_t doc;
} List;

/* 0 after an error. `steps`: what the codes of weights stand for, and at last what every
 * occurrence weighs in a list without weights. */
static inline int open_list(Arrays *arrays, PyObject *coded, PyObject *table, List *list) {
    Py_ssize_t steps_n;
    if (!PyTuple_Check(coded) || PyTuple_GET_SIZE(coded) < 3) {
        PyErr_SetString(PyExc_TypeError, "not a posting list");
        return 0;
    }
    memset(list, 0, sizeof(*list));
    list->kind = (int)PyLong_AsLong(PyTuple_GET_ITEM(coded, 0));
    if (list->kind == -1 && PyErr_Occurred()) return 0;
    list->data = items(arrays, PyTuple_GET_ITEM(coded, 1), 1, &list->data_n, 0);
    if (!list->data) return 0;
    list->weights = items(arrays, PyTuple_GET_ITEM(coded, 2), 1, &list->weights_n, 0);
    if (!list->weights) return 0;
    list->steps = items(arrays, table, 1, &steps_n, 0);
    if (!list->steps) return 0;
    list->number = -1;
    return enough(steps_n, STEPS + 1);
}

/* The weight in the document that was read. */
static inline float weight(const List *list) {
    if (list->kind == DENSE) return list->data[list->doc];
    const Py_ssize_t byte = list->number / 2;
    if (byte >= list->weights_n) return list->steps[STEPS];
    return list->steps[list->weights[byte] >> (list->number & 1 ? 4 : 0) & 15];
}

/* Reads the next document; 0 at the end. */
static inline int next(List *list) {
    if (list->kind == DENSE) {
        while (list->at < list->data_n && !list->data[list->at]) list->at++;
        if (list->at >= list->data_n) return 0;
        list->doc = list->at++;
        list->number++;
        return 1;
    }
    if (list->kind == NEAR) {
        for (;;) {
            if (list->at >= list->data_n) return 0;
            const uint8_t gap = list->data[list->at++];
            list->doc += gap;
            if (gap != 255) break;
        }
    } else {
        if (2 * list->at + 2 > list->data_n) return 0;
        list->doc = list->data[2 * list->at] | list->data[2 * list->at + 1] << 8;
        list->at++;
    }
    list->number++;
    return 1;
}

static inline int64_t far_doc(const List *list, Py_ssize_t i) {
    return list->data[2 * i] | list->data[2 * i + 1] << 8;
}

/* Reads on to the first document that is not less than `doc`, in ascending calls; 0 at the end. */
static inline int reach(List *list, int64_t doc) {
    if (list->kind == FAR) { /* steps that double, then halves */
        const Py_ssize_t n = list->data_n / 2;
        Py_ssize_t low = list->number < 0 ? 0 : list->number, step = 1;
        while (low + step < n && far_doc(list, low + step) < doc) {
            low += step;
            step *= 2;
        }
        Py_ssize_t high = low + step < n ? low + step : n;
        while (low < high) {
            const Py_ssize_t middle = low + (high - low) / 2;
            if (far_doc(list, middle) < doc) low = middle + 1;
            else high = middle;
        }
        if (low >= n) return 0;
        list->number = low;
        list->doc = far_doc(list, low);
        return 1;
    }
    if (list->number >= 0 && list->doc >= doc) return 1;
    if (list->kind == DENSE) {
        if (doc >= list->data_n) return 0;
        list->at = doc;
        return next(list);
    }
    while (list->at + 8 <= list->data_n) { /* eight gaps at once, as long as all lie before */
        uint64_t gaps;
        memcpy(&gaps, list->data + list->at, 8);
        const uint64_t inverse = ~gaps;
        if ((inverse - 0x0101010101010101u) & ~inverse & 0x8080808080808080u) break; /* a 255 */
        const uint64_t halves = (gaps & 0x00ff00ff00ff00ffu) + (gaps >> 8 & 0x00ff00ff00ff00ffu);
        const int64_t sum = (int64_t)(halves * 0x0001000100010001u >> 48);
        if (list->doc + sum >= doc) break;
        list->doc += sum;
        list->at += 8;
        list->number += 8;
    }
    while (next(list))
        if (list->doc >= doc) return 1;
    return 0;
}


/* The list from its beginning again. */
static inline void begin(List *list) {
    list->at = 0;
    list->number = -1;
    list->doc = 0;
}

/* Every document of the list gains flat and factor * x / (x + k1), x = weight * per_weight[doc];
 * without `per_weight`, factor and flat. 0 where a document is not below `n`. */
static inline int add_list(
    float *scores, Py_ssize_t n, List *list, const float *per_weight, float factor, float k1, float flat
) {
    if (!per_weight && list->kind == NEAR) { /* most of what a query adds up */
        const float gain = factor + flat;
        Py_ssize_t doc = list->doc;
        for (const uint8_t *at = list->data + list->at, *end = list->data + list->data_n; at < end; at++) {
            doc += *at;
            if (*at == 255) continue;
            if (doc >= n) return 0;
            scores[doc] += gain;
        }
        return 1;
    }
    while (next(list)) {
        if (list->doc >= n) return 0;
        float gain = factor;
        if (per_weight) {
            const float x = weight(list) * per_weight[list->doc];
            gain = factor * (x / (x + k1));
        }
        scores[list->doc] += gain + flat;
    }
    return 1;
}

/* The places of the values that are not less than `least`, and those of `also` (ascending), ascending
 * in `out`, which has room for all; how many. */
static inline Py_ssize_t places_of(
    const float *values, Py_ssize_t n, float least, const int64_t *also, Py_ssize_t also_n, int64_t *out
) {
    Py_ssize_t found = 0, next = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        while (next < also_n && also[next] < i) next++;
        const int64_t wanted = next < also_n ? also[next] : n;
        const Py_ssize_t stop = wanted < n ? wanted : n;
        for (; i < stop; i++) { /* `out` has room for one more until the last */
            out[found] = i;
            found += values[i] >= least;
        }
        if (i < n) out[found++] = i;
    }
    return found;
}

/* ------------------------------------------------------------------------------ pairs of words */

/* Item i of an array of unsigned numbers of any width. */
static inline uint64_t item(const Py_buffer *view, Py_ssize_t i) {
    const char *at = (const char *)view->buf + i * view->itemsize;
    switch (view->itemsize) {
        case 1: return *(const uint8_t *)at;
        case 2: return *(const uint16_t *)at;
        case 4: return *(const uint32_t *)at;
        default: return *(const uint64_t *)at;
    }
}

/* The entry of pair (first, second) of exact numbers, or -1: of the entries of the first's folded
 * number (ordered by which folded number the second has) that which has this variant of the first
 * word and this second one. */
static inline Py_ssize_t entry_of(const Py_buffer *tables, int64_t first, int64_t second) {
    const Py_buffer *firsts = &tables[0], *seconds = &tables[1], *variants = &tables[2];
    const Py_buffer *folded_first = &tables[3], *exact_folded = &tables[4];
    const Py_ssize_t forms = exact_folded->len / exact_folded->itemsize;
    const Py_ssize_t entries = seconds->len / seconds->itemsize;
    if (first < 0 || second < 0 || first >= forms || second >= forms) return -1;
    const Py_ssize_t one = item(exact_folded, first), two = item(exact_folded, second);
    const Py_ssize_t known = folded_first->len / folded_first->itemsize;
    if (one + 1 >= firsts->len / firsts->itemsize || one >= known || two + 1 >= known) return -1;
    const uint64_t low = item(folded_first, two), high = item(folded_first, two + 1);
    const uint64_t variant = first - item(folded_first, one);
    Py_ssize_t at = item(firsts, one), end = item(firsts, one + 1), beyond = end;
    if (end > entries || end > variants->len / variants->itemsize) return -1;
    while (at < beyond) {
        const Py_ssize_t middle = at + (beyond - at) / 2;
        if (item(seconds, middle) < low) at = middle + 1;
        else beyond = middle;
    }
    for (; at < end && item(seconds, at) < high; at++)
        if (item(seconds, at) == (uint64_t)second && item(variants, at) == variant) return at;
    return -1;
}

#define METHOD(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL}

#ifdef __GNUC__
#pragma GCC visibility push(hidden)
#endif
extern PyMethodDef step_methods[], ranking_methods[]; /* of _native_steps.c, _native_ranking.c */
#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#endif
