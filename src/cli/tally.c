/* Counting a run. Lists of the worst are kept sorted: they are so short that a line costs a few comparisons. */
#include "tally.h"

#include <stdlib.h>

const tally_steps tally_ms_steps = {{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}, 14};
const tally_steps tally_word_steps = {{1, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000}, 12};

static void count_step(const tally_steps *steps, uint64_t value, size_t counts[TALLY_STEPS]) {
    size_t i = steps->count;
    while (i > 1 && steps->from[i - 1] > value) i--;
    counts[i - 1]++;
}

static size_t thousandths(uint64_t part, uint64_t of) { return (size_t)((double)part / (double)of * NOTE_SURE + 0.5); }

size_t tally_median(const size_t counts[NOTE_SURE + 1]) {
    size_t all = 0, below = 0, i = 0;
    for (size_t k = 0; k <= NOTE_SURE; k++) all += counts[k];
    while (i < NOTE_SURE && (below += counts[i]) * 2 < all) i++;
    return i;
}

/* ---- the worst ---------------------------------------------------------------------------------------------------- */

static void clear_page(tally_page *p) {
    free(p->source);
    free(p->address);
    free(p->output);
    free(p->why);
}

static char *copy(dh_view v) {
    char *s = malloc(v.len + 1);
    if (!s) return NULL;
    if (v.len) memcpy(s, v.ptr, v.len);
    s[v.len] = 0;
    return s;
}

static bool fill_page(tally_page *p, const manifest_entry *e, tally_status status, uint64_t rank) {
    *p = (tally_page){.rank = rank, .record = e->record, .words = e->words, .bytes_in = e->bytes_in, .ms = e->ms, .status = status, .note = e->note};
    p->source = copy(e->source);
    p->address = copy(e->address);
    p->output = copy(e->has_output ? e->output : DH_VIEW(""));
    p->why = copy(e->error);
    bool whole = p->source && p->address && p->output && p->why;
    if (!whole) clear_page(p);
    return whole;
}

/* Of pages of one rank those that come first stay. */
static bool note_worst(tally_worst *w, const manifest_entry *e, tally_status status, uint64_t rank) {
    size_t at = w->count;
    tally_page p;
    w->all++;
    while (at && w->pages[at - 1].rank > rank) at--;
    if (at == TALLY_WORST) return true;
    if (!fill_page(&p, e, status, rank)) return false;
    if (w->count == TALLY_WORST) clear_page(&w->pages[--w->count]);
    memmove(&w->pages[at + 1], &w->pages[at], (w->count - at) * sizeof p);
    w->pages[at] = p;
    w->count++;
    return true;
}

static bool note_doubts(tally *t, const manifest_entry *e, tally_status status) {
    bool ok = true;
    if (status == TALLY_OK && e->note.html) ok = note_worst(&t->worst[TALLY_UNSURE], e, status, e->note.confidence);
    if (status == TALLY_BLOCKED || status == TALLY_SCRIPT) ok = note_worst(&t->worst[TALLY_INSTEAD], e, status, 0);
    if (status == TALLY_EMPTY) ok = note_worst(&t->worst[TALLY_BARE], e, status, UINT64_MAX - e->note.text_bytes);
    if (status == TALLY_ERROR) ok = note_worst(&t->worst[TALLY_FAILED], e, status, 0);
    if (status != TALLY_DUPLICATE && ok) ok = note_worst(&t->worst[TALLY_SLOW], e, status, UINT64_MAX - e->ms);
    return ok;
}

/* ---- counts ------------------------------------------------------------------------------------------------------- */

static tally_status status_of(const manifest_entry *e) {
    if (e->status == MANIFEST_ERROR) return TALLY_ERROR;
    if (e->status == MANIFEST_DUPLICATE) return TALLY_DUPLICATE;
    if (e->note.outcome == DH_OUTCOME_BLOCKED) return TALLY_BLOCKED;
    if (e->note.outcome == DH_OUTCOME_NEEDS_JAVASCRIPT) return TALLY_SCRIPT;
    return e->status == MANIFEST_EMPTY ? TALLY_EMPTY : TALLY_OK;
}

/* By the first part of its code: en-GB is en. */
static void count_language(tally *t, const char *whole) {
    size_t i = 0;
    char code[NOTE_LANGUAGE_BYTES] = "";
    memcpy(code, whole, strcspn(whole, "-")); /* ends in NUL: note_settle() */
    if (!code[0]) {
        t->no_language++;
        return;
    }
    while (i < t->language_count && strcmp(t->languages[i].code, code) != 0) i++;
    if (i == TALLY_LANGUAGES) {
        t->other_languages++;
        return;
    }
    if (i == t->language_count) memcpy(t->languages[t->language_count++].code, code, NOTE_LANGUAGE_BYTES);
    t->languages[i].pages++;
}

static void count_note(tally *t, const page_note *n, tally_status status) {
    t->noted++;
    t->text_bytes += n->text_bytes;
    t->kept_bytes += n->kept_bytes;
    if (n->text_bytes) t->kept[thousandths(n->kept_bytes, n->text_bytes)]++;
    count_language(t, n->language);
    if (!n->html) return;
    t->html++;
    if (n->type >= 0) t->types[n->type]++;
    if (status == TALLY_OK) t->confidence[n->confidence]++;
}

/* A container that went well; its pages have lines of their own. One that did not is a failure. */
static bool is_container(const manifest_entry *e) { return !e->record && e->status == MANIFEST_OK && !e->has_output; }

dh_status tally_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    tally *t = user;
    manifest_entry line = *e;
    char name[REPORT_NAME_BYTES];
    (void)at;
    note_settle(&line.note);
    if (is_container(&line)) return DH_OK;
    tally_status status = status_of(&line);
    t->pages++;
    t->statuses[status]++;
    t->words += line.words;
    t->bytes_in += line.bytes_in;
    if (status != TALLY_DUPLICATE) count_step(&tally_ms_steps, line.ms, t->ms);
    if (status == TALLY_OK) count_step(&tally_word_steps, line.words, t->word_steps);
    if (line.note.noted) count_note(t, &line.note, status);
    if (status == TALLY_ERROR) {
        dh_error why = {0};
        size_t len = line.source.len < sizeof name ? line.source.len : sizeof name - 1;
        memcpy(name, line.source.ptr, len);
        name[len] = 0;
        err_set(&why, DH_OK, 0, "%.*s", (int)line.error.len, line.error.ptr ? line.error.ptr : "");
        report_failure(&t->failures, name, why.msg);
    }
    return note_doubts(t, &line, status) ? DH_OK : err_set(err, DH_ERR_NOMEM, 0, "out of memory");
}

void tally_clear(tally *t) {
    for (size_t i = 0; i < TALLY_SORTS; i++)
        for (size_t k = 0; k < t->worst[i].count; k++) clear_page(&t->worst[i].pages[k]);
}
