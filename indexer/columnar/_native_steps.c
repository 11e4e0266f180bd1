/* The steps by which results are put in order: the best by score, words side by side, the evidence in
 * the texts of candidates, likeness to the best of them. Each can be called by itself, and
 * `_native_ranking.c` takes them all at once.
 */
#include "_native_steps.h"

/* --------------------------------------------------------------------------------- best first */

/* Whether a comes after b: a lower score, or the same and a lower number. */
static inline int after(Scored a, Scored b) {
    return a.score < b.score || (a.score == b.score && a.number < b.number);
}

static int by_number(const void *a, const void *b) {
    const int64_t one = ((const Scored *)a)->number, other = ((const Scored *)b)->number;
    return (one > other) - (one < other);
}

static int best_first(const void *a, const void *b) {
    return after(*(const Scored *)a, *(const Scored *)b) - after(*(const Scored *)b, *(const Scored *)a);
}

enum { A_FEW = 100 };

void put_in_order(Scored *all, Py_ssize_t count, int by_score) {
    if (count > A_FEW) {
        qsort(all, count, sizeof(Scored), by_score ? best_first : by_number);
        return;
    }
    for (Py_ssize_t i = 1; i < count; i++) {
        const Scored moved = all[i];
        Py_ssize_t at = i;
        for (; at && (by_score ? after(all[at - 1], moved) : all[at - 1].number > moved.number); at--)
            all[at] = all[at - 1];
        all[at] = moved;
    }
}

int open_best(Best *best, Py_ssize_t most) {
    *best = (Best){.most = most, .room = 2 * most + 64, .least = -INFINITY};
    best->kept = PyMem_Malloc(best->room * sizeof(Scored));
    if (!best->kept) PyErr_NoMemory();
    return best->kept != NULL;
}

/* Lets all but the best go: they are moved to the front, in no order. */
static void narrow(Best *best) {
    Scored *all = best->kept;
    Py_ssize_t low = 0, high = best->count - 1;
    if (best->count <= best->most) return;
    while (low < high) {
        const Scored pivot = all[low + (high - low) / 2];
        Py_ssize_t i = low, j = high;
        while (i <= j) {
            while (after(pivot, all[i])) i++;
            while (after(all[j], pivot)) j--;
            if (i > j) break;
            const Scored moved = all[i];
            all[i++] = all[j];
            all[j--] = moved;
        }
        if (best->most <= j) high = j;
        else if (best->most >= i) low = i;
        else break;
    }
    best->count = best->most;
    float least = INFINITY;
    for (Py_ssize_t i = 0; i < best->count; i++) least = fminf(least, all[i].score);
    best->least = least;
}

static inline void offer(Best *best, float score, int64_t number) {
    if (score < best->least) return;
    best->kept[best->count++] = (Scored){score, number};
    if (best->count == best->room) narrow(best);
}

/* Offers `rows` (numbered from `base`) with their scores; 0 where one is out of range. */
int offer_rows(
    Best *best, const float *scores, Py_ssize_t n, const int64_t *rows, Py_ssize_t count, int64_t base
) {
    for (Py_ssize_t i = 0; i < count && best->most; i++) {
        if ((uint64_t)rows[i] >= (uint64_t)n) return 0;
        offer(best, scores[rows[i]], rows[i] + base);
    }
    return 1;
}

void settle(Best *best) {
    narrow(best);
    put_in_order(best->kept, best->count, 1);
}

/* best(scores, rows, base, numbers, values) -> how many: the best of `rows` by score, equal ones
 * by number, greatest first, as many as `numbers` has room for. */
static PyObject *best(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Best best = {0};
    NEED(counted(n, 5));
    IN(scores, float, args[0]);
    IN(rows, int64_t, args[1]);
    WHOLE(base, args[2]);
    OUT(numbers, int64_t, args[3]);
    OUT(values, float, args[4]);
    NEED(enough(values_n, numbers_n));
    NEED(open_best(&best, numbers_n < rows_n ? numbers_n : rows_n));
    if (!offer_rows(&best, scores, scores_n, rows, rows_n, base)) {
        PyMem_Free(best.kept);
        return out_of_range(&arrays);
    }
    settle(&best);
    for (Py_ssize_t i = 0; i < best.count; i++) {
        numbers[i] = best.kept[i].number;
        values[i] = best.kept[i].score;
    }
    PyMem_Free(best.kept);
    release(&arrays);
    return PyLong_FromSsize_t(best.count);
failed:
    PyMem_Free(best.kept);
    release(&arrays);
    return NULL;
}

/* sort(numbers, scores, by_score): both in place, by number or best first. */
static PyObject *sort(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Scored *all = NULL;
    NEED(counted(n, 3));
    OUT(numbers, int64_t, args[0]);
    OUT(scores, float, args[1]);
    WHOLE(by_score, args[2]);
    NEED(enough(scores_n, numbers_n));
    all = PyMem_Malloc((numbers_n + 1) * sizeof(Scored));
    if (!all) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t i = 0; i < numbers_n; i++) all[i] = (Scored){scores[i], numbers[i]};
    put_in_order(all, numbers_n, by_score != 0);
    for (Py_ssize_t i = 0; i < numbers_n; i++) {
        numbers[i] = all[i].number;
        scores[i] = all[i].score;
    }
    PyMem_Free(all);
    release(&arrays);
    Py_RETURN_NONE;
failed:
    PyMem_Free(all);
    release(&arrays);
    return NULL;
}

/* -------------------------------------------------------------------------- words side by side */

int open_together(Together *together, Py_ssize_t count) {
    together->count = count;
    together->least = PyMem_Calloc(3 * count + 1, sizeof(float));
    if (!together->least) {
        PyErr_NoMemory();
        return 0;
    }
    together->kept = together->least + count;
    together->most = together->least + 2 * count;
    for (Py_ssize_t i = 0; i < count; i++) together->kept[i] = 1;
    return 1;
}

/* One of the lists of a pair. */
void see_list(Together *together, List *list, const int64_t *articles) {
    for (Py_ssize_t i = 0; i < together->count && reach(list, articles[i]); i++)
        if (list->doc == articles[i]) together->most[i] = fmaxf(together->most[i], weight(list));
}

/* All the lists of a pair were seen. */
void end_pair(Together *together, int is_first, float stays) {
    for (Py_ssize_t i = 0; i < together->count; i++) {
        const float most = together->most[i];
        together->least[i] = is_first ? most : fminf(together->least[i], most);
        if (!(most > 0)) together->kept[i] *= stays;
        together->most[i] = 0;
    }
}

void change_scores(const Together *together, float *scores, float whole) {
    for (Py_ssize_t i = 0; i < together->count; i++) { /* weights are in halves */
        const float least = together->least[i];
        scores[i] = (scores[i] + whole * least / (least + 2)) * together->kept[i];
    }
}

/* adjacent(scores, articles, pairs, steps, ties, (whole, scattered)): what `coded.adjacent` says.
 * `pairs` has a list of posting lists for each pair, `articles` are ascending, `scores` theirs. */
static PyObject *adjacent(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Together together = {0};
    NEED(counted(n, 6));
    OUT(scores, float, args[0]);
    IN(articles, int64_t, args[1]);
    double whole, scattered;
    NEED(PyArg_ParseTuple(args[5], "dd", &whole, &scattered));
    if (!PyList_Check(args[2]) || !PyList_Check(args[4])) {
        PyErr_SetString(PyExc_TypeError, "pairs and ties are lists");
        goto failed;
    }
    const Py_ssize_t pairs = PyList_GET_SIZE(args[2]), held = arrays.count;
    NEED(enough(scores_n, articles_n) && enough(PyList_GET_SIZE(args[4]), pairs));
    NEED(open_together(&together, articles_n));
    for (Py_ssize_t p = 0; p < pairs; p++) {
        PyObject *lists = PyList_GET_ITEM(args[2], p);
        const double tie = PyFloat_AsDouble(PyList_GET_ITEM(args[4], p));
        NEED(tie != -1.0 || !PyErr_Occurred());
        if (!PyList_Check(lists)) {
            PyErr_SetString(PyExc_TypeError, "not a list of posting lists");
            goto failed;
        }
        for (Py_ssize_t k = 0; k < PyList_GET_SIZE(lists); k++) {
            List list;
            NEED(open_list(&arrays, PyList_GET_ITEM(lists, k), args[3], &list));
            see_list(&together, &list, articles);
            while (arrays.count > held) PyBuffer_Release(&arrays.views[--arrays.count]);
        }
        end_pair(&together, !p, (float)(1 - scattered * tie));
    }
    change_scores(&together, scores, (float)whole);
    PyMem_Free(together.least);
    release(&arrays);
    Py_RETURN_NONE;
failed:
    PyMem_Free(together.least);
    release(&arrays);
    return NULL;
}

/* ---------------------------------------------------------------------- the text of candidates */

typedef struct {
    int64_t place;
    float weight;
    uint8_t slot;
} Hit;

/* The most idf of distinct words in a window of text, windows overlapping by half. */
typedef struct {
    int64_t cell;
    uint64_t held[2];
    float sum[2], best;
} Window;

static void see(Window *window, int64_t cell, uint8_t slot, float idf) {
    if (cell != window->cell) {
        int next = cell == window->cell + 1;
        window->held[0] = next ? window->held[1] : 0;
        window->sum[0] = next ? window->sum[1] : 0;
        window->held[1] = 0;
        window->sum[1] = 0;
        window->cell = cell;
    }
    for (int i = 0; i < 2; i++) {
        if (!(window->held[i] >> slot & 1)) {
            window->held[i] |= (uint64_t)1 << slot;
            window->sum[i] += idf;
        }
        if (window->sum[i] > window->best) window->best = window->sum[i];
    }
}

static float in_all(const double *sums, const float *factors, Py_ssize_t size, float scale, float k1) {
    float total = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        float x = (float)sums[i] * scale;
        total += factors[i] * (x / (x + k1));
    }
    return total;
}

int open_sought(Sought *sought, Py_ssize_t rarest) {
    memset(sought, 0, sizeof(*sought));
    sought->codes_n = (rarest > RARE ? rarest : RARE) + 1;
    sought->codes = PyMem_Calloc(sought->codes_n, 1);
    if (!sought->codes) PyErr_NoMemory();
    else sought->codes[FIELD] = END;
    return sought->codes != NULL;
}

void close_sought(Sought *sought) {
    PyMem_Free(sought->codes);
    PyMem_Free(sought->neighbours);
}

/* A word for a slot; forms that fold alike share one. */
void seek(Sought *sought, int slot, float folded, float exact, float idf) {
    sought->folded[slot] += folded;
    if (exact != 0) sought->exact[slot] = exact;
    sought->idf[slot] = idf;
    if (slot >= sought->size) sought->size = slot + 1;
}

void code_tokens(Sought *sought, const int64_t *numbers, Py_ssize_t count, int slot, int is_own) {
    for (Py_ssize_t i = 0; i < count; i++)
        if ((uint64_t)numbers[i] < (uint64_t)sought->codes_n)
            sought->codes[numbers[i]] = (uint8_t)(slot + 1 + is_own * OWN);
}

int open_neighbours(Sought *sought) {
    const Py_ssize_t cells = sought->size * sought->size;
    sought->neighbours = PyMem_Malloc((cells + 1) * sizeof(int64_t));
    if (!sought->neighbours) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t i = 0; i < cells; i++) sought->neighbours[i] = -1;
    return 1;
}

/* Numbers the pairs of slots that stand near each other in a line of them. */
void number_pairs(Sought *sought, const uint8_t *line, Py_ssize_t n, Py_ssize_t distance) {
    for (Py_ssize_t step = 1; step <= distance; step++)
        for (Py_ssize_t i = 0; i + step < n; i++) {
            const uint8_t a = line[i], b = line[i + step];
            int64_t *const neighbours = sought->neighbours;
            if (a == b || a >= sought->size || b >= sought->size) continue;
            if (neighbours[a * sought->size + b] >= 0) continue;
            neighbours[a * sought->size + b] = neighbours[b * sought->size + a] = sought->pairs++;
        }
}

/* Where the tokens stand that have a code: most are nothing to the query. */
static APART Py_ssize_t coded_places(
    const uint16_t *restrict tokens, Py_ssize_t n, const uint8_t *restrict codes, uint32_t *restrict places
) {
    Py_ssize_t some = 0;
    for (Py_ssize_t at = 0; at < n; at++) {
        places[some] = (uint32_t)at;
        some += codes[tokens[at]] != 0;
    }
    return some;
}

/* out[0] words, [1] folded, [2] near, [3] window, a row as long as `articles` each;
 * 0 after an error. */
int read_texts(
    const Texts *texts, Sought *sought, const Ways *ways, const int64_t *articles, Py_ssize_t count,
    float *out
) {
    const Py_ssize_t size = sought->size, early = ways->early, near_places = ways->near_places;
    const int pairs = sought->pairs;
    uint8_t *const codes = sought->codes;
    Hit *hits = NULL;
    double *near = NULL;
    uint32_t *places = NULL;
    int done = 0;
    /* No code stands for a token that is elsewhere; what it would be is looked up there. */
    const uint8_t code_of_rare = codes[RARE];
    codes[RARE] = texts->rare_n ? ELSEWHERE : 0;
    int64_t longest = 0;
    for (Py_ssize_t row = 0; row < count; row++) {
        const int64_t article = articles[row];
        const Py_buffer *at = texts->token_at;
        if (article < 0 || article >= at->len / at->itemsize - 1 || article >= texts->per_weight_n) {
            PyErr_SetString(PyExc_IndexError, "no such article");
            goto failed;
        }
        const uint64_t start = item(at, article), end = item(at, article + 1);
        if (end < start || end > (uint64_t)texts->tokens_n || end - start > UINT32_MAX) {
            PyErr_SetString(PyExc_IndexError, "no such tokens");
            goto failed;
        }
        if ((int64_t)(end - start) > longest) longest = end - start;
    }
    hits = PyMem_Malloc((longest + 1) * sizeof(Hit));
    places = PyMem_Malloc((longest + 1) * sizeof(uint32_t));
    near = PyMem_Calloc(count * pairs + 1, sizeof(double));
    if (!hits || !near || !places) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t row = 0; row < count; row++) {
        double any[SLOTS] = {0}, own[SLOTS] = {0};
        Window window = {.cell = -2};
        Py_ssize_t found = 0, next = 0;
        const int64_t begin = item(texts->token_at, articles[row]);
        const Py_ssize_t length = item(texts->token_at, articles[row] + 1) - begin;
        const uint16_t *const tokens = texts->tokens + begin;
        const float scale = 2 * texts->per_weight[articles[row]]; /* `weights` are not in halves */
        int64_t field = 0, start = 0;
        if (row + 1 < count) { /* the next text is on its way meanwhile */
            const char *at = (const char *)(texts->tokens + item(texts->token_at, articles[row + 1]));
            const char *end = (const char *)(texts->tokens + item(texts->token_at, articles[row + 1] + 1));
            for (; at < end; at += 64) SOON(at);
        }
        const Py_ssize_t some = coded_places(tokens, length, codes, places);
        if (texts->rare_n) { /* the first rare token of the article */
            Py_ssize_t high = texts->rare_n;
            while (next < high) {
                Py_ssize_t middle = next + (high - next) / 2;
                if ((int64_t)item(texts->rare_at, middle) < begin) next = middle + 1;
                else high = middle;
            }
        }
        for (Py_ssize_t i = 0; i < some; i++) {
            const int64_t at = places[i];
            uint8_t code = codes[tokens[at]];
            if (code == ELSEWHERE) {
                while (next < texts->rare_n && (int64_t)item(texts->rare_at, next) < begin + at) next++;
                const uint32_t number = next < texts->rare_n ? texts->rare[next] : 0;
                code = number == RARE ? code_of_rare : number < sought->codes_n ? codes[number] : 0;
            }
            if (!code) continue;
            if (code == END) {
                field++;
                start = at + 1;
                continue;
            }
            const uint8_t slot = (code & (OWN - 1)) - 1;
            if (slot >= size || field >= FIELDS) continue;
            const Py_ssize_t offset = at - start < early ? at - start : early - 1;
            const float weight = ways->weights[field * early + offset];
            any[slot] += weight;
            if (code >= OWN) own[slot] += weight;
            see(&window, at / ways->half, slot, sought->idf[slot]);
            hits[found++] = (Hit){at + field * near_places, weight, slot};
        }
        out[row] = in_all(own, sought->exact, size, scale, ways->k1);
        out[count + row] = in_all(any, sought->folded, size, scale, ways->k1);
        out[3 * count + row] = window.best * ways->window;
        for (Py_ssize_t i = 0; pairs && i < found; i++)
            for (Py_ssize_t j = i + 1; j < found && j <= i + NEAR_HITS; j++) {
                if (hits[j].place - hits[i].place > near_places) break;
                int64_t pair = sought->neighbours[hits[i].slot * size + hits[j].slot];
                if (pair >= 0 && pair < pairs) near[row * pairs + pair] += hits[i].weight;
            }
    }
    memset(out + 2 * count, 0, count * sizeof(float));
    for (Py_ssize_t pair = 0; pair < pairs; pair++) {
        Py_ssize_t df = 0;
        for (Py_ssize_t row = 0; row < count; row++) df += near[row * pairs + pair] > 0;
        const double rare = log(1 + (ways->candidates - df + 0.5) / (df + 0.5));
        const float among = 2 * (float)(ways->near * rare);
        for (Py_ssize_t row = 0; df && row < count; row++) {
            const float x = (float)near[row * pairs + pair] * 2 * texts->per_weight[articles[row]];
            out[2 * count + row] += x / (x + 1) * among;
        }
    }
    done = 1;
failed:
    PyMem_Free(hits);
    PyMem_Free(near);
    PyMem_Free(places);
    return done;
}

/* Puts `words` (each `candidates._Sought`) into what is sought: the forms that fold alike first, then
 * over them its own ones. 0 after an error. */
static int seek_words(Sought *sought, PyObject *words) {
    for (int own = 0; own < 2; own++)
        for (Py_ssize_t w = 0; w < PyList_GET_SIZE(words); w++) {
            Arrays arrays = {.count = 0};
            PyObject *forms[2];
            int slot;
            float folded, exact, idf;
            NEED(PyArg_ParseTuple(
                PyList_GET_ITEM(words, w), "iOOfff", &slot, &forms[0], &forms[1], &folded, &exact, &idf
            ));
            NEED(enough(slot, 0) && enough(SLOTS, slot + 1));
            IN(numbers, int64_t, forms[own]);
            code_tokens(sought, numbers, numbers_n, slot, own);
            release(&arrays);
            if (!own) seek(sought, slot, folded, exact, idf);
            continue;
        failed:
            release(&arrays);
            return 0;
        }
    return 1;
}

/* text_evidence(tokens, token_at, articles, rare_at, rare, words, weights, per_weight, lines,
 *               (distance, candidates, near_places, half_window, rarest), (k1, near, window), out)
 *
 * What `candidates._from_tokens` finds in the texts of some articles (see `read_texts`). `tokens` are
 * those of the whole segment, `token_at` says where those of each article begin; `words` are those
 * that are looked for, `rarest` the greatest number in them; `lines` the slots of the query's words;
 * `rare_at` is empty where no word is rare. */
static PyObject *text_evidence(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Sought sought = {0};
    Ways ways;
    NEED(counted(n, 12));
    IN(tokens, uint16_t, args[0]);
    IN(articles, int64_t, args[2]);
    IN(rare, uint32_t, args[4]);
    IN(weights, float, args[6]);
    IN(per_weight, float, args[7]);
    Py_ssize_t rarest;
    double k1, near, window;
    NEED(PyArg_ParseTuple(
        args[9], "nnnnn", &ways.distance, &ways.candidates, &ways.near_places, &ways.half, &rarest
    ));
    NEED(PyArg_ParseTuple(args[10], "ddd", &k1, &near, &window));
    ways = (Ways){
        weights, weights_n / FIELDS, ways.distance, ways.candidates, ways.near_places, ways.half,
        (float)k1, (float)near, (float)window,
    };
    OUT(out, float, args[11]);
    Py_buffer *token_at = &arrays.views[arrays.count];
    NEED(!PyObject_GetBuffer(args[1], token_at, PyBUF_SIMPLE));
    arrays.count++;
    Py_buffer *rare_at = &arrays.views[arrays.count];
    NEED(!PyObject_GetBuffer(args[3], rare_at, PyBUF_SIMPLE));
    arrays.count++;
    const Texts texts = {
        tokens, tokens_n, rare_at->len / rare_at->itemsize, per_weight_n, token_at, rare_at, rare,
        per_weight,
    };
    NEED(enough(out_n, 4 * articles_n) && enough(rarest, 0) && enough(rare_n, texts.rare_n));
    NEED(enough(ways.early, 1) && enough(ways.half, 1));
    if (!PyList_Check(args[5]) || !PyList_Check(args[8])) {
        PyErr_SetString(PyExc_TypeError, "words and lines are lists");
        goto failed;
    }
    NEED(open_sought(&sought, rarest) && seek_words(&sought, args[5]) && open_neighbours(&sought));
    for (Py_ssize_t l = 0; l < PyList_GET_SIZE(args[8]); l++) {
        char *line;
        Py_ssize_t length;
        NEED(!PyBytes_AsStringAndSize(PyList_GET_ITEM(args[8], l), &line, &length));
        number_pairs(&sought, (const uint8_t *)line, length, ways.distance);
    }
    NEED(read_texts(&texts, &sought, &ways, articles, articles_n, out));
    close_sought(&sought);
    release(&arrays);
    Py_RETURN_NONE;
failed:
    close_sought(&sought);
    release(&arrays);
    return NULL;
}

/* -------------------------------------------------------------------------------- signatures */

enum { TABLE = 1024, MOST_TOP = 16, HASHES = 1 << 16 };

/* What the best candidates are about: hashes of words and their weights. Most words of the others are
 * not among them, which the bits tell. */
typedef struct {
    uint64_t there[HASHES / 64];
    struct {
        uint16_t hash, is_used;
        float value;
    } slot[TABLE];
} Centre;

static inline int is_there(const Centre *centre, uint16_t hash) {
    return centre->there[hash / 64] >> (hash % 64) & 1;
}

/* The weight of a word that is there, or is put there. */
static inline float *entry(Centre *centre, uint16_t hash) {
    unsigned at = hash * 40503u >> 6 & (TABLE - 1);
    for (; centre->slot[at].is_used; at = (at + 1) & (TABLE - 1))
        if (centre->slot[at].hash == hash) return &centre->slot[at].value;
    centre->slot[at].hash = hash;
    centre->slot[at].is_used = 1;
    centre->there[hash / 64] |= (uint64_t)1 << (hash % 64);
    return &centre->slot[at].value;
}

/* What `feedback.feedback` gives: signatures are `width` words and their weights for each of `count`
 * candidates. 0 after an error. */
int share(
    const float *scores, const uint16_t *words, const uint8_t *weights, Py_ssize_t count,
    Py_ssize_t width, const Sharing *ways, float *out
) {
    Centre *centre = NULL;
    float *scaled = NULL;
    int done = 0;
    if (!enough(TABLE / 2, ways->top * width) || !enough(MOST_TOP, ways->top)) return 0;
    memset(out, 0, count * sizeof(float));
    Py_ssize_t leaders[MOST_TOP], found = 0;
    for (Py_ssize_t row = 0; row < count; row++) {
        Py_ssize_t at = found < ways->top ? found++ : ways->top;
        for (; at > 0 && scores[row] > scores[leaders[at - 1]]; at--)
            if (at < ways->top) leaders[at] = leaders[at - 1];
        if (at < ways->top) leaders[at] = row;
    }
    if (!found || scores[leaders[0]] <= 0) return 1;
    centre = PyMem_Calloc(1, sizeof(Centre));
    scaled = PyMem_Malloc((count + 1) * sizeof(float));
    if (!centre || !scaled) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t row = 0; row < count; row++) {
        uint32_t square = 0;
        for (Py_ssize_t i = 0; i < width; i++) {
            const uint32_t w = weights[row * width + i];
            square += w * w;
        }
        scaled[row] = 1 / fmaxf(sqrtf((float)square), 1);
    }
    const float highest = scores[leaders[0]];
    float sharp[MOST_TOP];
    for (Py_ssize_t k = 0; k < found; k++) {
        const Py_ssize_t row = leaders[k];
        sharp[k] = powf(fmaxf(scores[row] / highest, 0), ways->sharpness) * scaled[row];
        for (Py_ssize_t i = 0; i < width; i++)
            *entry(centre, words[row * width + i]) += sharp[k] * weights[row * width + i];
    }
    double square = 0;
    for (Py_ssize_t k = 0; k < found; k++)
        for (Py_ssize_t i = 0; i < width; i++) {
            const Py_ssize_t at = leaders[k] * width + i;
            square += *entry(centre, words[at]) * sharp[k] * weights[at];
        }
    const float length = (float)sqrt(square);
    for (Py_ssize_t row = 0; row < count; row++) {
        float product = 0;
        for (Py_ssize_t i = 0; i < width; i++) {
            const uint16_t hash = words[row * width + i];
            if (is_there(centre, hash)) product += *entry(centre, hash) * weights[row * width + i];
        }
        product *= scaled[row];
        out[row] = ways->gain * highest * (length > 0 ? product / length : product);
    }
    done = 1;
failed:
    PyMem_Free(centre);
    PyMem_Free(scaled);
    return done;
}

/* feedback(scores, words, weights, (top, sharpness, gain), out): what `share` says. */
static PyObject *feedback(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    Arrays arrays = {.count = 0};
    Sharing ways;
    NEED(counted(n, 5));
    IN(scores, float, args[0]);
    IN(words, uint16_t, args[1]);
    IN(weights, uint8_t, args[2]);
    NEED(PyArg_ParseTuple(args[3], "iff", &ways.top, &ways.sharpness, &ways.gain));
    OUT(out, float, args[4]);
    const Py_ssize_t count = scores_n, width = count ? words_n / count : 0;
    NEED(enough(out_n, count) && enough(weights_n, count * width) && enough(ways.top, 1));
    NEED(share(scores, words, weights, count, width, &ways, out));
    release(&arrays);
    Py_RETURN_NONE;
failed:
    release(&arrays);
    return NULL;
}

PyMethodDef step_methods[] = {
    METHOD(best), METHOD(sort), METHOD(adjacent), METHOD(text_evidence), METHOD(feedback),
    {NULL, NULL, 0, NULL},
};
