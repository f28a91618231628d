/* Computes what the judge sees of each line of a text. All that looks beyond the line comes from running sums or from one
 * pass in each direction, so that the work is linear; no logarithms, so that it is the same on every machine. */
#include "judge/lines.h"

const jd_line_feature_row jd_line_feature_rows[JD_L_COUNT] = {
#define X(id, unit, what) [JD_L_##id] = {#id, #unit, what},
    JD_LINE_FEATURES(X)
#undef X
};

/* Text of a line beyond this says nothing new of it. */
#define STATS_BYTES 1024
#define LONG_WORDS 12
#define SHORT_WORDS 8
#define MOST_INDENT 80
#define SCORE_CUT 8.0f

/* Running sums: entry i is the total of the lines before line i. */
struct jd_line_sums {
    int64_t score;
    uint32_t words, long_words, phrases, longs, shorts, indented, linked;
};

/* ---- one line ---- */

/* Words of a line; a character of a script without spaces is about half a word. */
static uint32_t words_of(const jd_line *x) { return x->stats.words - x->stats.alone / 2; }

static bool furniture(uint8_t kind) { return kind && kind != JD_KIND_AUTHOR + 1 && kind != JD_KIND_SOURCE + 1; }

/* The kind + 1 of the line's first furniture wording, and how it matches. */
static uint8_t phrase_of(const jd_line *x, jd_match *match) {
    const uint8_t kinds[JD_MATCH_COUNT] = {
        [JD_MATCH_LINE] = x->hits.line, [JD_MATCH_START] = x->hits.start, [JD_MATCH_END] = x->hits.end, [JD_MATCH_PART] = x->hits.part};
    for (*match = JD_MATCH_LINE; *match < JD_MATCH_COUNT; (*match)++)
        if (furniture(kinds[*match])) return kinds[*match];
    return 0;
}

static bool has_phrase(const jd_line *x) {
    return x->hits.kinds_mask & ~((1u << JD_KIND_AUTHOR) | (1u << JD_KIND_SOURCE));
}

static void read_line(jd_lines *all, jd_line *x, dh_view text, const jd_hashed *model) {
    jd_phrase_words words;
    jd_stats_count(text, STATS_BYTES, &x->stats);
    jd_phrase_match_words(text, &x->hits, &words);
    memcpy(all->words + x->first_word, words.word, words.count * sizeof *words.word);
    x->word_count = (uint8_t)words.count;
    x->score = jd_hashed_score(model, words.word, words.count);
    x->score = x->score > SCORE_CUT ? SCORE_CUT : x->score < -SCORE_CUT ? -SCORE_CUT : x->score;
    x->is_phrase = furniture(x->hits.line);
    uint32_t n = words_of(x);
    x->is_long = n >= LONG_WORDS && x->stats.ends_sentence;
    x->is_short = n < SHORT_WORDS && !x->stats.ends_sentence;
    while (x->indent < MOST_INDENT && x->indent < text.len && ascii_space(text.ptr[x->indent])) x->indent++;
    size_t end = text.len < STATS_BYTES ? text.len : STATS_BYTES;
    for (size_t i = 0; i < end && x->link_marks < UINT8_MAX; i++) x->link_marks = (uint8_t)(x->link_marks + (text.ptr[i] == '['));
}

/* ---- over all lines ---- */

/* Lines that are the same: an open-addressed table of folded lines. */
static void count_repeats(jd_lines *all) {
    size_t mask = all->slot_count - 1;
    memset(all->slots, 0, all->slot_count * sizeof *all->slots); /* line + 1 */
    for (size_t i = 0; i < all->count; i++) all->lines[i].repeats = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < all->count; i++) {
            uint64_t hash = all->lines[i].hits.hash;
            if (!hash) continue;
            size_t at = (size_t)hash & mask;
            while (all->slots[at] && all->lines[all->slots[at] - 1].hits.hash != hash) at = (at + 1) & mask;
            if (!all->slots[at]) all->slots[at] = (uint32_t)i + 1;
            jd_line *first = &all->lines[all->slots[at] - 1];
            if (pass == 0 && first != &all->lines[i]) first->repeats++;
            if (pass == 1) all->lines[i].repeats = first->repeats;
        }
    }
}

/* Which words other lines have: tables of counts by the words' hashes, that saturate. */
static void find_topic(jd_lines *all) {
    size_t mask = all->topic_count - 1;
    memset(all->topic, 0, 2 * all->topic_count);
    for (size_t i = 0; i < all->count; i++) {
        const jd_line *x = &all->lines[i];
        uint8_t *counts = all->topic + (x->is_long ? 0 : all->topic_count);
        for (size_t k = 0; k < x->word_count; k++) {
            uint8_t *c = &counts[all->words[x->first_word + k] & mask];
            *c = (uint8_t)(*c + (*c < UINT8_MAX));
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        jd_line *x = &all->lines[i];
        uint32_t in_long = 0, in_other = 0;
        for (size_t k = 0; k < x->word_count; k++) {
            size_t at = all->words[x->first_word + k] & mask;
            in_long += all->topic[at] > (x->is_long ? 1 : 0);
            in_other += all->topic[all->topic_count + at] > (x->is_long ? 0 : 1);
        }
        x->topic = x->word_count ? (float)in_long / (float)x->word_count : 0;
        x->topic_short = x->word_count ? (float)in_other / (float)x->word_count : 0;
    }
}

/* One pass down, for what stands above, then one up. A distance counts from 1; 0 is none. */
static void find_above(jd_lines *all) {
    uint32_t above = 0, head = 0, related = 0, run_short = 0, run_long = 0;
    for (size_t i = 0; i < all->count; i++) {
        jd_line *x = &all->lines[i];
        x->above = above;
        x->since_head = head;
        x->since_related = related;
        x->run_short = run_short = x->is_short ? run_short + 1 : 0;
        x->run_long = run_long = x->is_long ? run_long + 1 : 0;
        above = x->is_long ? 1 : above + (above > 0);
        head = x->is_phrase ? 1 : head + (head > 0);
        related = x->hits.line == JD_KIND_RELATED + 1 ? 1 : related + (related > 0);
    }
}

static void find_below(jd_lines *all) {
    uint32_t below = 0, head = 0, run_short = 0, run_long = 0;
    for (size_t i = all->count; i-- > 0;) {
        jd_line *x = &all->lines[i];
        x->below = below;
        x->to_head = head;
        run_short = !x->is_short ? 0 : run_short ? run_short : x->run_short;
        run_long = !x->is_long ? 0 : run_long ? run_long : x->run_long;
        x->run_short = run_short;
        x->run_long = run_long;
        below = x->is_long ? 1 : below + (below > 0);
        head = x->is_phrase ? 1 : head + (head > 0);
    }
}

static void look_around(jd_lines *all) {
    for (size_t i = 0; i < all->count; i++) {
        const jd_line *x = &all->lines[i];
        const jd_line_sums *b = &all->before[i];
        uint32_t words = words_of(x);
        all->before[i + 1] = (jd_line_sums){b->score + jd_score_units(x->score), b->words + words,
                                            b->long_words + (x->is_long ? words : 0), b->phrases + has_phrase(x), b->longs + x->is_long,
                                            b->shorts + x->is_short, b->indented + (x->indent > 0), b->linked + (x->link_marks > 0)};
    }
    count_repeats(all);
    find_topic(all);
    find_above(all);
    find_below(all);
}

/* ---- rows ---- */

static void own_text(const jd_line *x, float *f) {
    const jd_stats *s = &x->stats;
    f[JD_L_WORDS] = (float)words_of(x);
    f[JD_L_CHARS] = (float)s->chars;
    f[JD_L_WORD_LEN] = jd_share(s->letters + s->digits, s->words);
    f[JD_L_SENTENCES] = (float)s->sentences;
    f[JD_L_FIRST] = s->first;
    f[JD_L_LAST] = s->last;
    f[JD_L_COMMAS] = (float)s->commas;
    f[JD_L_BARS] = (float)s->bars;
    f[JD_L_QUOTES] = s->quotes;
    f[JD_L_ARROWS] = s->arrows;
    f[JD_L_BRACKETS] = s->brackets;
    f[JD_L_LETTER_SHARE] = jd_share(s->letters, s->chars);
    f[JD_L_DIGIT_SHARE] = jd_share(s->digits, s->chars);
    f[JD_L_CAPITAL_SHARE] = jd_share(s->capitals, s->letters);
    f[JD_L_CAPITALISED] = jd_share(s->capitalised, s->words);
    f[JD_L_ALONE_SHARE] = jd_share(s->alone, s->words);
    f[JD_L_ADDRESS] = s->address;
    f[JD_L_YEAR] = s->year;
    f[JD_L_CLOCK] = s->clock;
    f[JD_L_PRICE] = s->price;
    f[JD_L_COPYRIGHT] = s->copyright;
    f[JD_L_LINK_MARKS] = x->link_marks;
    f[JD_L_INDENT] = x->indent;
}

static void wording(const jd_line *x, float *f) {
    const jd_hits *h = &x->hits;
    jd_match match;
    uint8_t kind = phrase_of(x, &match);
    for (size_t k = 0; k < JD_V_COUNT; k++) f[JD_L_V_STOP + (int)k] = jd_share(h->vocabulary[k], h->read);
    f[JD_L_DISTINCT] = jd_share(h->distinct, h->read);
    f[JD_L_PHRASE] = x->is_phrase;
    f[JD_L_PHRASE_KIND] = kind;
    f[JD_L_PHRASE_MATCH] = kind ? (float)(JD_MATCH_COUNT - (int)match) : 0;
    f[JD_L_PHRASE_SURE] = kind ? h->weight[match] : 0;
    f[JD_L_PHRASE_COVER] = jd_share(h->covered_words, h->words);
    f[JD_L_BYLINE] = h->kinds_mask && !has_phrase(x);
}

static void place(const jd_lines *all, size_t i, float *f) {
    const jd_line_sums *here = &all->before[i], *behind = here + 1, *end = &all->before[all->count];
    double n = (double)all->count;
    f[JD_L_BLANKS_BEFORE] = (float)all->lines[i].blanks;
    f[JD_L_BLANKS_AFTER] = (float)(i + 1 < all->count ? all->lines[i + 1].blanks : all->blanks_behind);
    f[JD_L_INDEX] = jd_share((double)i, n);
    f[JD_L_LINES_BEFORE] = (float)i;
    f[JD_L_LINES_AFTER] = (float)(all->count - i - 1);
    f[JD_L_WORDS_BEFORE] = jd_share(here->words, end->words);
    f[JD_L_WORDS_AFTER] = jd_share(end->words - behind->words, end->words);
    f[JD_L_LONGS_BEFORE] = (float)here->longs;
    f[JD_L_LONGS_AFTER] = (float)(end->longs - behind->longs);
    f[JD_L_BELOW_PHRASE] = jd_share(end->phrases - behind->phrases, n - (double)i - 1);
    f[JD_L_ABOVE_PHRASE] = jd_share(here->phrases, (double)i);
    f[JD_L_ALL_LINES] = (float)all->count;
    f[JD_L_ALL_WORDS] = (float)end->words;
    f[JD_L_ALL_LONG] = jd_share(end->longs, n);
    f[JD_L_ALL_LONG_WORDS] = jd_share(end->long_words, end->words);
    f[JD_L_ALL_SHORT] = jd_share(end->shorts, n);
    f[JD_L_ALL_PHRASE] = jd_share(end->phrases, n);
    f[JD_L_ALL_BLANK] = jd_share((double)all->blanks, n + (double)all->blanks);
    f[JD_L_ALL_INDENT] = jd_share(end->indented, n);
    f[JD_L_ALL_LINK_MARKS] = jd_share(end->linked, n);
}

static void distances(const jd_lines *all, size_t i, float *f) {
    const jd_line *x = &all->lines[i];
    f[JD_L_GAP_ABOVE] = jd_distance(x->above);
    f[JD_L_GAP_BELOW] = jd_distance(x->below);
    f[JD_L_GAP_WORDS_ABOVE] = x->above ? (float)words_of(x - x->above) : -1;
    f[JD_L_GAP_WORDS_BELOW] = x->below ? (float)words_of(x + x->below) : -1;
    f[JD_L_RUN_SHORT] = (float)x->run_short;
    f[JD_L_RUN_LONG] = (float)x->run_long;
    f[JD_L_REPEATS] = (float)x->repeats;
    f[JD_L_SINCE_HEAD] = jd_distance(x->since_head);
    f[JD_L_HEAD_KIND] = x->since_head ? (x - x->since_head)->hits.line : -1;
    f[JD_L_SINCE_RELATED] = jd_distance(x->since_related);
    f[JD_L_TO_HEAD] = jd_distance(x->to_head);
    f[JD_L_TOPIC] = x->topic;
    f[JD_L_TOPIC_SHORT] = x->topic_short;
}

static void neighbours(const jd_lines *all, size_t i, float *f) {
    const jd_line *x = &all->lines[i];
    size_t behind = all->count - i - 1;
    jd_match match;
    f[JD_L_B2_WORDS] = i > 1 ? (float)words_of(x - 2) : -1;
    f[JD_L_B1_WORDS] = i > 0 ? (float)words_of(x - 1) : -1;
    f[JD_L_B1_LAST] = i > 0 ? x[-1].stats.last : -1;
    f[JD_L_B1_PHRASE] = i > 0 ? phrase_of(x - 1, &match) : -1;
    f[JD_L_A1_WORDS] = behind > 0 ? (float)words_of(x + 1) : -1;
    f[JD_L_A1_FIRST] = behind > 0 ? x[1].stats.first : -1;
    f[JD_L_A1_LAST] = behind > 0 ? x[1].stats.last : -1;
    f[JD_L_A1_PHRASE] = behind > 0 ? phrase_of(x + 1, &match) : -1;
    f[JD_L_A2_WORDS] = behind > 1 ? (float)words_of(x + 2) : -1;
}

static void window(const jd_lines *all, size_t i, size_t reach, jd_line_feature first, float *f) {
    size_t from = i > reach ? i - reach : 0, to = i + reach + 1 < all->count ? i + reach + 1 : all->count;
    const jd_line_sums *a = &all->before[from], *b = &all->before[to];
    double n = (double)(to - from);
    f[first] = jd_share(b->words - a->words, n);
    f[first + 1] = jd_share(b->longs - a->longs, n);
    f[first + 2] = jd_share(b->phrases - a->phrases, n);
}

/* Mean word score of the lines [from, to); that of the text if there are none. */
static float mean_score(const jd_lines *all, size_t from, size_t to) {
    if (from >= to) from = 0, to = all->count;
    return (float)((double)(all->before[to].score - all->before[from].score) / ((double)(to - from) * (double)JD_SCORE_ONE));
}

static void scores(const jd_lines *all, size_t i, float *f) {
    const jd_line *x = &all->lines[i];
    size_t n = all->count, behind = n - i - 1;
    f[JD_L_SCORE] = x->score;
    f[JD_L_SCORE_B2] = i > 1 ? x[-2].score : 0;
    f[JD_L_SCORE_B1] = i > 0 ? x[-1].score : 0;
    f[JD_L_SCORE_A1] = behind > 0 ? x[1].score : 0;
    f[JD_L_SCORE_A2] = behind > 1 ? x[2].score : 0;
    size_t b4 = i > 4 ? i - 4 : 0, b12 = i > 12 ? i - 12 : 0, a4 = behind > 4 ? i + 5 : n, a12 = behind > 12 ? i + 13 : n;
    f[JD_L_SCORE_WIN4] = mean_score(all, b4, a4);
    f[JD_L_SCORE_WIN12] = mean_score(all, b12, a12);
    f[JD_L_SCORE_B4] = mean_score(all, b4, i);
    f[JD_L_SCORE_A4] = mean_score(all, i + 1, a4);
    f[JD_L_SCORE_B12] = mean_score(all, b12, i);
    f[JD_L_SCORE_A12] = mean_score(all, i + 1, a12);
    f[JD_L_SCORE_BEFORE] = mean_score(all, 0, i);
    f[JD_L_SCORE_AFTER] = mean_score(all, i + 1, n);
    f[JD_L_ALL_SCORE] = mean_score(all, 0, n);
}

void jd_lines_row(const jd_lines *all, size_t i, float *f) {
    own_text(&all->lines[i], f);
    wording(&all->lines[i], f);
    place(all, i, f);
    distances(all, i, f);
    neighbours(all, i, f);
    window(all, i, 3, JD_L_WIN3_WORDS, f);
    window(all, i, 8, JD_L_WIN8_WORDS, f);
    window(all, i, 20, JD_L_WIN20_WORDS, f);
    scores(all, i, f);
}

/* ---- all ---- */

/* Words that a byte of text folds to at most: one sign of three bytes can stand for six. */
#define WORDS_A_BYTE 4

/* Room for the folded words of a text, those blocks left out that skip names (NULL: none). */
static size_t words_room(const pg_page *page, const bool *skip) {
    size_t room = 1;
    for (size_t i = 0; i < page->block_count; i++) {
        size_t len = skip && skip[i] ? 0 : page->blocks[i].text.len;
        room += len < 2 * JD_PHRASE_WORDS / WORDS_A_BYTE ? len * WORDS_A_BYTE : 2 * JD_PHRASE_WORDS;
    }
    return room;
}

static size_t power_above(size_t n) {
    size_t power = 64;
    while (power < n) power *= 2;
    return power;
}

/* Depends on the lines that are left alone: two words that share a place would else do so in one round and not in the next. */
static size_t topic_room(size_t words) { return power_above(words / 8); }

dh_status jd_lines_read(dh_arena *arena, const pg_page *page, const jd_hashed *model, jd_lines *out, dh_error *err) {
    size_t n = 0, word = 0, room = words_room(page, NULL);
    for (size_t i = 0; i < page->block_count; i++) n += !view_is_blank(page->blocks[i].text);
    *out = (jd_lines){.slot_count = power_above(n * 2), .topic_count = topic_room(room)};
    out->lines = arena_alloc(arena, (n + 1) * sizeof *out->lines);
    out->before = arena_calloc(arena, n + 1, sizeof *out->before);
    out->slots = arena_alloc(arena, out->slot_count * sizeof *out->slots);
    out->words = arena_alloc(arena, room * sizeof *out->words);
    out->topic = arena_alloc(arena, out->topic_count * 2);
    if (!out->lines || !out->before || !out->slots || !out->words || !out->topic) return arena_error(arena, err);
    for (size_t i = 0; i < page->block_count; i++) {
        if (!i && page->separated) continue;
        if (view_is_blank(page->blocks[i].text)) {
            out->blanks++;
            out->blanks_behind++;
            continue;
        }
        jd_line *x = &out->lines[out->count++];
        *x = (jd_line){.block = (uint32_t)i, .blanks = (uint32_t)out->blanks_behind, .first_word = (uint32_t)word};
        out->blanks_behind = 0;
        read_line(out, x, page->blocks[i].text, model);
        word += x->word_count;
    }
    look_around(out);
    return DH_OK;
}

void jd_lines_skip(jd_lines *all, const pg_page *page, const bool *skip) {
    size_t next = 0, count = all->count;
    all->count = all->blanks = all->blanks_behind = 0;
    all->topic_count = topic_room(words_room(page, skip));
    for (size_t i = 0; i < page->block_count; i++) {
        while (next < count && all->lines[next].block < i) next++;
        if (skip[i] || (!i && page->separated)) continue;
        if (next == count || all->lines[next].block != i) {
            all->blanks++;
            all->blanks_behind++;
            continue;
        }
        jd_line *x = &all->lines[all->count++];
        if (x != &all->lines[next]) *x = all->lines[next];
        x->blanks = (uint32_t)all->blanks_behind;
        all->blanks_behind = 0;
    }
    look_around(all);
}
