/* Computes what the judge sees of each line of a text. All that looks beyond the line comes from running sums or from one
 * pass in each direction, so that the work is linear. */
#include "judge/lines.h"

const jd_line_feature_row jd_line_feature_rows[JD_L_COUNT] = {
#define X(id, unit, what) [JD_L_##id] = {#id, #unit, what},
    JD_LINE_FEATURES(X)
#undef X
};

/* Text of a line beyond this says nothing new of it. */
#define STATS_BYTES 1024
#define LONG_WORDS 12
/* No phrase stands in a line of more words: the two ways of counting differ by little. */
#define LONGEST_PHRASE (JD_PHRASE_WORDS + 20)
#define SHORT_WORDS 8

/* Running sums: entry i is the total of the lines before line i. */
typedef struct {
    uint32_t words, sentences, phrases, longs, shorts;
} sums;

typedef struct {
    const pg_page *page;
    jd_line *lines;
    size_t count, blanks, pending; /* empty lines; those since the last line */
    sums *before;
} context;

/* ln(1 + n), n >= 0, within 0.0001: the exponent of 1 + n, and a polynomial over its fraction. The same on every machine. */
static float logf1(double n) {
    double x = 1 + n;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | UINT64_C(1023) << 52;
    memcpy(&x, &bits, sizeof x);
    double t = (x - 1) / (x + 1), t2 = t * t; /* ln x = 2 artanh t */
    return (float)(exponent * 0.6931471805599453 + 2 * t * (1 + t2 * (1.0 / 3 + t2 * (1.0 / 5 + t2 * (1.0 / 7)))));
}
static float share(double part, double whole) { return whole > 0 ? (float)(part / whole) : 0; }

static void read_line(jd_line *x, dh_view text) {
    jd_stats_count(text, STATS_BYTES, &x->stats);
    if (x->stats.words - x->stats.alone / 2 <= LONGEST_PHRASE) jd_phrase_match(text, &x->hits);
    else x->hits = (jd_hits){.words = JD_PHRASE_WORDS + 1};
    uint8_t kind = x->hits.line;
    x->is_phrase = kind && kind != JD_KIND_AUTHOR + 1 && kind != JD_KIND_SOURCE + 1;
    /* A character of a script without spaces is about half a word. */
    uint32_t words = x->stats.words - x->stats.alone / 2;
    x->is_long = words >= LONG_WORDS && x->stats.ends_sentence;
    x->is_short = words < SHORT_WORDS && !x->stats.ends_sentence;
}

/* ---- repeated lines: an open-addressed table of folded lines ---- */

static void count_repeats(context *c, uint32_t *slots, size_t size) {
    memset(slots, 0, size * sizeof *slots); /* line + 1 */
    for (size_t i = 0; i < c->count; i++) c->lines[i].repeats = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < c->count; i++) {
            uint64_t hash = c->lines[i].hits.hash;
            if (!hash) continue;
            size_t at = (size_t)(hash & (size - 1));
            while (slots[at] && c->lines[slots[at] - 1].hits.hash != hash) at = (at + 1) & (size - 1);
            if (!slots[at]) slots[at] = (uint32_t)i + 1;
            jd_line *first = &c->lines[slots[at] - 1];
            if (pass == 0 && first != &c->lines[i]) first->repeats++;
            if (pass == 1) c->lines[i].repeats = first->repeats;
        }
    }
}

/* ---- rows ---- */

static void own_text(const context *c, size_t i, float *f) {
    const jd_line *x = &c->lines[i];
    const jd_stats *s = &x->stats;
    dh_view text = c->page->blocks[x->block].text;
    uint32_t half = s->alone / 2; /* rounded down, as the weights were trained */
    f[JD_L_WORDS] = logf1(s->words - half);
    double length = s->words ? (double)(s->letters + s->digits) / s->words : 0;
    f[JD_L_WORD_LEN] = (float)(length < 20 ? length : 20);
    f[JD_L_SENTENCES] = logf1(s->sentences);
    f[JD_L_ENDS_SENTENCE] = s->ends_sentence;
    f[JD_L_ENDS_COLON] = s->ends_colon;
    f[JD_L_ENDS_ELLIPSIS] = s->ends_ellipsis;
    f[JD_L_COMMAS] = logf1(s->commas);
    f[JD_L_DIGIT_SHARE] = share(s->digits, s->chars);
    f[JD_L_CAPITAL_SHARE] = share(s->capitals, s->letters);
    f[JD_L_CAPITALISED] = share(s->capitalised, s->words);
    f[JD_L_BARS] = logf1(s->bars);
    f[JD_L_NO_LETTERS] = !s->letters;
    f[JD_L_STARTS_SMALL] = s->starts_small;
    f[JD_L_STARTS_BULLET] = s->starts_bullet;
    f[JD_L_STARTS_DIGIT] = s->starts_digit;
    f[JD_L_SHORT] = x->is_short;
    f[JD_L_TINY] = s->words < 3;
    f[JD_L_LONG] = x->is_long;
    f[JD_L_ADDRESS] = s->address;
    f[JD_L_BRACKETS] = memchr(text.ptr, '[', text.len < STATS_BYTES ? text.len : STATS_BYTES) != NULL;
    bool any = x->hits.kinds_mask & ~((1u << JD_KIND_AUTHOR) | (1u << JD_KIND_SOURCE));
    f[JD_L_PHRASE_LINE] = x->is_phrase;
    f[JD_L_PHRASE_PART] = any && !x->hits.line;
    f[JD_L_PHRASE_RUN] = x->hits.kinds_mask && !any;
    size_t indent = 0;
    while (indent < text.len && ascii_space(text.ptr[indent])) indent++;
    f[JD_L_INDENT] = logf1((double)(indent < 80 ? indent : 80));
}

static void position(const context *c, size_t i, float *f) {
    const sums *here = &c->before[i], *all = &c->before[c->count];
    f[JD_L_BLANK_BEFORE] = c->lines[i].blanks > 0;
    f[JD_L_BLANK_AFTER] = i + 1 < c->count ? c->lines[i + 1].blanks > 0 : c->pending > 0;
    f[JD_L_INDEX] = share((double)i, (double)c->count);
    f[JD_L_LINES_BEFORE] = logf1((double)i);
    f[JD_L_LINES_AFTER] = logf1((double)(c->count - i - 1));
    f[JD_L_WORDS_BEFORE] = share(here->words, all->words);
    f[JD_L_WORDS_AFTER] = share(all->words - c->before[i + 1].words, all->words);
    f[JD_L_LONG_BEFORE] = share(here->longs, all->longs);
    f[JD_L_REPEATS] = logf1(c->lines[i].repeats);
    f[JD_L_BELOW_PHRASE] = share(all->phrases - c->before[i + 1].phrases, (double)(c->count - i - 1));
    f[JD_L_ABOVE_PHRASE] = share(here->phrases, (double)i);
    f[JD_L_ALL_LINES] = logf1((double)c->count);
    f[JD_L_ALL_LONG] = share(all->longs, (double)c->count);
    f[JD_L_ALL_SHORT] = share(all->shorts, (double)c->count);
    f[JD_L_ALL_DENSITY] = logf1(share(all->words, (double)c->count));
    f[JD_L_ALL_PHRASE] = share(all->phrases, (double)c->count);
    f[JD_L_ALL_BLANK] = share((double)c->blanks, (double)(c->count + c->blanks));
}

static void neighbours(const context *c, size_t i, float *f) {
    if (i > 0) {
        const jd_line *x = &c->lines[i - 1];
        f[JD_L_PREV_WORDS] = logf1(x->stats.words);
        f[JD_L_PREV_SENTENCE] = x->stats.ends_sentence;
        f[JD_L_PREV_PHRASE] = x->is_phrase;
    }
    if (i + 1 < c->count) {
        const jd_line *x = &c->lines[i + 1];
        f[JD_L_NEXT_WORDS] = logf1(x->stats.words);
        f[JD_L_NEXT_SENTENCE] = x->stats.ends_sentence;
        f[JD_L_NEXT_PHRASE] = x->is_phrase;
    }
}

static void window(const context *c, size_t i, size_t reach, jd_line_feature first, float *f) {
    size_t from = i > reach ? i - reach : 0, to = i + reach + 1 < c->count ? i + reach + 1 : c->count;
    const sums *a = &c->before[from], *b = &c->before[to];
    double n = (double)(to - from);
    f[first] = logf1((b->words - a->words) / n);
    f[first + 1] = share(b->sentences - a->sentences, n);
    f[first + 2] = share(b->phrases - a->phrases, n);
}

/* One pass down and one up, for distances to long lines, runs, and headings of related articles. */
static void distances(const context *c, float *rows) {
    size_t since_long = 0, since_related = SIZE_MAX, run = 0;
    bool any_long = false;
    for (size_t i = 0; i < c->count; i++) {
        float *f = rows + i * JD_L_COUNT;
        const jd_line *x = &c->lines[i];
        f[JD_L_GAP_ABOVE] = any_long ? logf1((double)since_long) : 6;
        if (!any_long) f[JD_L_TO_LONG] = 1; /* made a distance on the way up */
        if (since_related != SIZE_MAX) f[JD_L_SINCE_RELATED] = 1 / (float)(1 + since_related);
        if (since_related != SIZE_MAX) since_related++;
        if (x->hits.line == JD_KIND_RELATED + 1) since_related = 0;
        run = x->is_short ? run + 1 : 0;
        f[JD_L_RUN_SHORT] = (float)run;
        since_long = x->is_long ? 0 : since_long + 1;
        any_long |= x->is_long;
    }
    size_t below = 0, longest = 0;
    bool seen = false;
    for (size_t i = c->count; i-- > 0;) {
        float *f = rows + i * JD_L_COUNT;
        const jd_line *x = &c->lines[i];
        f[JD_L_GAP_BELOW] = seen ? logf1((double)below) : 6;
        f[JD_L_PAST_LONG] = seen || x->is_long || !any_long ? 0 : f[JD_L_GAP_ABOVE] + 0.7f;
        f[JD_L_TO_LONG] = f[JD_L_TO_LONG] == 1 && seen && !x->is_long ? f[JD_L_GAP_BELOW] + 0.7f : 0;
        if (x->is_short && f[JD_L_RUN_SHORT] > (float)longest) longest = (size_t)f[JD_L_RUN_SHORT];
        if (!x->is_short) longest = 0;
        f[JD_L_RUN_SHORT] = logf1((double)longest);
        below = x->is_long ? 0 : below + 1;
        seen |= x->is_long;
    }
}

/* ---- all ---- */

static void fill_rows(context *c, jd_lines *out) {
    count_repeats(c, out->slots, out->slot_count);
    for (size_t i = 0; i < c->count; i++) {
        const jd_line *x = &c->lines[i];
        const sums *b = &c->before[i];
        c->before[i + 1] = (sums){b->words + x->stats.words, b->sentences + x->stats.ends_sentence,
                                  b->phrases + x->is_phrase, b->longs + x->is_long, b->shorts + x->is_short};
    }
    memset(out->rows, 0, c->count * JD_L_COUNT * sizeof *out->rows);
    for (size_t i = 0; i < c->count; i++) {
        float *f = out->rows + i * JD_L_COUNT;
        own_text(c, i, f);
        position(c, i, f);
        neighbours(c, i, f);
        window(c, i, 3, JD_L_WIN3_DENSITY, f);
        window(c, i, 10, JD_L_WIN10_DENSITY, f);
    }
    distances(c, out->rows);
    out->blanks_behind = c->pending;
    out->count = c->count;
}

dh_status jd_lines_read(dh_arena *arena, const pg_page *page, jd_lines *out, dh_error *err) {
    context c = {.page = page};
    size_t n = 0;
    for (size_t i = 0; i < page->block_count; i++) n += !view_is_blank(page->blocks[i].text);
    *out = (jd_lines){.slot_count = 64};
    while (out->slot_count < n * 2) out->slot_count *= 2;
    out->lines = c.lines = arena_alloc(arena, (n + 1) * sizeof *c.lines);
    out->sums = c.before = arena_calloc(arena, n + 1, sizeof *c.before);
    out->rows = arena_alloc(arena, (n + 1) * JD_L_COUNT * sizeof *out->rows);
    out->slots = arena_alloc(arena, out->slot_count * sizeof *out->slots);
    if (!c.lines || !c.before || !out->rows || !out->slots) return arena_error(arena, err);
    for (size_t i = 0; i < page->block_count; i++) {
        if (view_is_blank(page->blocks[i].text)) {
            c.blanks++;
            c.pending++;
            continue;
        }
        jd_line *x = &c.lines[c.count++];
        *x = (jd_line){.block = (uint32_t)i, .blanks = (uint32_t)c.pending};
        c.pending = 0;
        read_line(x, page->blocks[i].text);
    }
    fill_rows(&c, out);
    return DH_OK;
}

void jd_lines_skip(jd_lines *lines, const pg_page *page, const bool *skip) {
    context c = {.page = page, .lines = lines->lines, .before = lines->sums};
    size_t next = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        while (next < lines->count && lines->lines[next].block < i) next++;
        if (skip[i]) continue;
        if (next == lines->count || lines->lines[next].block != i) {
            c.blanks++;
            c.pending++;
            continue;
        }
        jd_line *x = &c.lines[c.count++];
        if (x != &lines->lines[next]) *x = lines->lines[next];
        x->blanks = (uint32_t)c.pending;
        c.pending = 0;
    }
    fill_rows(&c, lines);
}
