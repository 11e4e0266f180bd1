/* What `_native_ranking.c` takes of the steps in `_native_steps.c`, which say what each does. */
#ifndef TIMTIN_NATIVE_STEPS_H
#define TIMTIN_NATIVE_STEPS_H

#include "_native.h"

#ifdef __GNUC__
#pragma GCC visibility push(hidden) /* of this extension alone */
#endif

/* Best first. */
typedef struct {
    float score;
    int64_t number;
} Scored;

/* The best of what is offered: `most` are wanted, `room` kept until the worst of them are let go. */
typedef struct {
    Scored *kept;
    Py_ssize_t count, most, room;
    float least;
} Best;

void put_in_order(Scored *all, Py_ssize_t count, int by_score);
int open_best(Best *best, Py_ssize_t most);
int offer_rows(
    Best *best, const float *scores, Py_ssize_t n, const int64_t *rows, Py_ssize_t count, int64_t base
);
void settle(Best *best);

/* Words side by side. */
/* What a candidate has of the pairs of a query: the least weight of all, and what it keeps of its
 * score for those that it lacks. `most` is room for one pair. */
typedef struct {
    float *least, *kept, *most;
    Py_ssize_t count;
} Together;

int open_together(Together *together, Py_ssize_t count);
void see_list(Together *together, List *list, const int64_t *articles);
void end_pair(Together *together, int is_first, float stays);
void change_scores(const Together *together, float *scores, float whole);

/* The text of candidates. */
enum {
    FIELD = 1, SLOTS = 64, OWN = 128, ELSEWHERE = 254, END = 255, RARE = 0xFFFF, FIELDS = 4, NEAR_HITS = 3
};

/* The texts of a part. `rare_at` says where tokens stand whose numbers are too great for `tokens`,
 * in order, and `rare` which numbers these are; `rare_n` is 0 where no word of the query is rare. */
typedef struct {
    const uint16_t *tokens;
    Py_ssize_t tokens_n, rare_n, per_weight_n;
    const Py_buffer *token_at, *rare_at;
    const uint32_t *rare;
    const float *per_weight;
} Texts;

/* What is looked for in them: what each token number is to the query (0, END, slot + 1, and OWN more
 * for its exact form), the words by slot, and the number of each pair of slots that stand near each
 * other in the query, -1 for none. */
typedef struct {
    uint8_t *codes;
    Py_ssize_t codes_n, size;
    float folded[SLOTS], exact[SLOTS], idf[SLOTS];
    int64_t *neighbours;
    int pairs;
} Sought;

/* How: `candidates._from_tokens` has the numbers. */
typedef struct {
    const float *weights; /* of an occurrence by field and place */
    Py_ssize_t early, distance, candidates, near_places, half;
    float k1, near, window;
} Ways;

int open_sought(Sought *sought, Py_ssize_t rarest);
void close_sought(Sought *sought);
void seek(Sought *sought, int slot, float folded, float exact, float idf);
void code_tokens(Sought *sought, const int64_t *numbers, Py_ssize_t count, int slot, int is_own);
int open_neighbours(Sought *sought);
void number_pairs(Sought *sought, const uint8_t *line, Py_ssize_t n, Py_ssize_t distance);
int read_texts(
    const Texts *texts, Sought *sought, const Ways *ways, const int64_t *articles, Py_ssize_t count,
    float *out
);

/* Signatures. */
typedef struct {
    int top;
    float sharpness, gain;
} Sharing;

int share(
    const float *scores, const uint16_t *words, const uint8_t *weights, Py_ssize_t count,
    Py_ssize_t width, const Sharing *ways, float *out
);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#endif
