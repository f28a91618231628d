/* Judges the lines of a text: a linear score of each, smoothed over its neighbours; furniture wording; trailers; and what
 * becomes of the blank lines around what goes. The judge runs on its own output until nothing more goes, so that cleaning
 * twice is cleaning once. */
#include "judge/judge.h"
#include "judge/linear.h"
#include "judge/rules.h"

/* Drop thresholds of the smoothed score by dh_focus, chosen by 5-fold cross-validation on the 598 scraped texts:
 * 0.08 harms 8 % of them, 0.2 14 %, 0.03 6 %. */
static const float drop_below[] = {[DH_FOCUS_BALANCED] = 0.1f, [DH_FOCUS_PRECISION] = 0.22f, [DH_FOCUS_RECALL] = 0.03f};
/* A line of furniture wording, or under a heading of related articles, stays only above these. */
static const float phrase_below[] = {[DH_FOCUS_BALANCED] = 0.75f, [DH_FOCUS_PRECISION] = 0.95f, [DH_FOCUS_RECALL] = 0.6f};
/* How much lower the threshold is for a text that has no furniture wording at all. */
#define WITHOUT_WORDING 0.3f
/* A line that ends as a sentence does and has so many words is not drawn down by its neighbours, and its threshold is
 * lower: a lost sentence is worse than a stray line. */
#define SENTENCE_WORDS 6
#define SENTENCE_FACTOR 0.2f
/* A run of dropped lines without any wording goes only if all its scores are below these: 0.02 harms 6.7 % of the scraped texts
 * where 0.04 harms 6.9 %, and all clean ones come back. */
static const float alone_below[] = {[DH_FOCUS_BALANCED] = 0.02f, [DH_FOCUS_PRECISION] = 0.05f, [DH_FOCUS_RECALL] = 0};
/* Lines between two paragraphs of which only wording goes. */
#define AMID_LINES 3
#define TRAILER_BELOW 0.6f
/* A line shorter than this is not wrapped. */
#define WRAPPED_BYTES 50
/* Lines that one heading may take along, and their words: titles of other articles. */
#define TRAILER_LINES 12
#define TRAILER_WORDS 20
/* Rounds until nothing changes; a text that still moves then is left as it is. */
#define MAX_ROUNDS 16

typedef struct {
    dh_arena *arena;
    const pg_page *page;
    const dh_options *opt;
    jd_verdict *verdicts;
    bool *gone;          /* a flag a block: dropped in a round before */
    float *raw, *scores; /* a line: log-odds; probabilities, smoothed */
} judge;

static const char *const strongest_low[JD_L_COUNT] = {
#define X(id, unit, what) [JD_L_##id] = "line model: " #id,
    JD_LINE_FEATURES(X)
#undef X
};

/* ---- scores ---- */

/* Log-odds averaged over two neighbours to each side with weights 1 2 3 2 1: furniture comes in runs. The ends repeat. */
static void smooth(const float *raw, size_t n, float *out) {
    static const int weights[] = {1, 2, 3, 2, 1};
    for (size_t i = 0; i < n; i++) {
        float sum = 0;
        for (int d = -2; d <= 2; d++) {
            size_t at = d < 0 && (size_t)-d > i ? 0 : i + (size_t)d;
            if (at >= n) at = n - 1;
            sum += (float)weights[d + 2] * raw[at];
        }
        out[i] = sum / 9.0f;
    }
}

static bool reads_as_sentence(const jd_line *x) {
    return x->is_long || (x->stats.ends_sentence && !x->stats.ends_ellipsis && x->stats.words >= SENTENCE_WORDS);
}

static void score(judge *j, const jd_lines *lines) {
    for (size_t i = 0; i < lines->count; i++)
        j->raw[i] = jd_linear_score(jd_line_rows, JD_L_COUNT, jd_line_bias, lines->rows + i * JD_L_COUNT);
    smooth(j->raw, lines->count, j->scores);
    for (size_t i = 0; i < lines->count; i++) {
        /* The last paragraph of an article is no worse for what stands below it. */
        if (reads_as_sentence(&lines->lines[i]) && j->raw[i] > j->scores[i]) j->scores[i] = j->raw[i];
        j->scores[i] = jd_probability(j->scores[i]);
        j->verdicts[lines->lines[i].block].score = j->scores[i];
        j->verdicts[lines->lines[i].block].reason = "line model";
    }
}

/* ---- verdicts ---- */

static void drop(judge *j, const jd_line *line, const char *reason) {
    j->verdicts[line->block].keep = false;
    j->verdicts[line->block].reason = reason;
}

/* What a heading of related articles takes along: the short lines below it that do not read as sentences. */
static size_t trailer_end(const jd_lines *lines, const float *scores, size_t heading) {
    size_t i = heading + 1;
    for (; i < lines->count && i <= heading + TRAILER_LINES; i++) {
        const jd_line *x = &lines->lines[i];
        if (x->is_long || x->stats.words > TRAILER_WORDS || scores[i] > TRAILER_BELOW) break;
        if (x->stats.ends_sentence && x->stats.sentences > 1) break;
    }
    return i;
}

/* True if some line is furniture wording or has some: a text without any is hardly a scraped page. */
static bool has_wording(const jd_lines *lines) {
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].is_phrase || jd_phrase_reason(&lines->lines[i].hits)) return true;
    return false;
}

/* Wording that an author's own line may be: somebody's words in quotes, the heading "Comments" between two paragraphs. */
static bool is_own(const jd_lines *lines, size_t i) {
    const jd_line *x = &lines->lines[i];
    if (x->stats.starts_quote && x->stats.quotes >= 2) return true;
    if (x->hits.line != JD_KIND_COMMENT + 1 || x->stats.words > 1 || !i || i + 1 == lines->count) return false;
    return lines->lines[i - 1].is_long && lines->lines[i + 1].is_long;
}

/* The lowest score with which a line stays where no wording decides. Two sentences without any are the author's. */
static float least(const jd_line *x, float below) {
    if (!reads_as_sentence(x)) return below;
    return x->stats.sentences > 1 && !x->hits.kinds_mask ? 0 : below * SENTENCE_FACTOR;
}

/* Behind the lines that the sentence of a dropped line goes on over, in a text that is wrapped. */
static size_t sentence_end(const judge *j, const jd_lines *lines, size_t first) {
    size_t i = first;
    while (i + 1 < lines->count) {
        const jd_line *x = &lines->lines[i], *next = x + 1;
        bool wrapped = j->page->blocks[x->block].text.len >= WRAPPED_BYTES && !x->stats.ends_sentence;
        if (!wrapped || next->blanks || !next->stats.starts_small) break;
        i++;
    }
    return i + 1;
}

static void decide(judge *j, const jd_lines *lines, const float *scores) {
    size_t trailer = 0, wrapped = 0;
    float below = has_wording(lines) ? drop_below[j->opt->focus] : drop_below[j->opt->focus] * WITHOUT_WORDING;
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        const char *phrase = is_own(lines, i) ? NULL : jd_phrase_reason(&x->hits);
        if (phrase && scores[i] < phrase_below[j->opt->focus]) {
            drop(j, x, phrase);
            if (jd_opens_trailer(&x->hits)) trailer = trailer_end(lines, scores, i);
            wrapped = sentence_end(j, lines, i);
        } else if (i < wrapped) {
            drop(j, x, "wrapped sentence");
        } else if (i < trailer) {
            drop(j, x, "trailer");
        } else if (scores[i] < least(x, below)) {
            drop(j, x, strongest_low[jd_linear_strongest(jd_line_rows, JD_L_COUNT, lines->rows + i * JD_L_COUNT)]);
        }
    }
}

/* True if wording, or what it took along, dropped a line. */
static bool by_wording(const judge *j, const jd_lines *lines, size_t i) {
    return j->verdicts[lines->lines[i].block].reason[0] != 'l';
}

/* A run of dropped lines without any furniture wording stays, unless the model is surer than it is of menus: headings,
 * ingredients and dates look like furniture, but stand in no such company (fixtures/recipe-text). Of a few lines between two
 * paragraphs only wording goes: the others may be headings (fixtures/caps-furniture). */
static void spare_runs(judge *j, const jd_lines *lines, const float *scores) {
    for (size_t i = 0, to; i < lines->count; i = to) {
        bool wording = false, sure = true;
        for (to = i; to < lines->count && !j->verdicts[lines->lines[to].block].keep; to++) {
            wording |= by_wording(j, lines, to);
            sure &= scores[to] < alone_below[j->opt->focus];
        }
        bool amid = i && to < lines->count && lines->lines[i - 1].is_long && lines->lines[to].is_long && to - i <= AMID_LINES;
        for (size_t k = i; k < to; k++)
            if (!by_wording(j, lines, k) && (amid || (!wording && !sure)))
                j->verdicts[lines->lines[k].block] = (jd_verdict){.keep = true, .score = scores[k], .reason = "line model"};
        if (to == i) to++;
    }
}

/* ---- blank lines ---- */

/* Folds the blank lines of one stretch between kept lines, blocks [from, to), that has dropped lines: what stood before
 * the first of them stays; if none did, what stands behind the last, so that two paragraphs do not become one. At the end
 * of a text nothing stays, at its start nothing behind. */
static void fold_blanks(judge *j, size_t from, size_t to) {
    size_t first = from, last = to;
    while (first < to && view_is_blank(j->page->blocks[first].text)) first++;
    while (last > first && view_is_blank(j->page->blocks[last - 1].text)) last--;
    if (first == last) return; /* nothing but blank lines */
    bool at_start = from == 0, at_end = to == j->page->block_count && j->page->last_window;
    bool keep_before = !at_end, keep_behind = first == from && !at_start && !at_end;
    for (size_t i = from; i < to; i++) {
        bool blank = view_is_blank(j->page->blocks[i].text);
        if (!blank || (i < first && keep_before) || (i >= last && keep_behind)) continue;
        j->verdicts[i] = (jd_verdict){.keep = false, .reason = "blank line of what was dropped"};
    }
}

static void settle_blanks(judge *j) {
    size_t n = j->page->block_count, from = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && (view_is_blank(j->page->blocks[i].text) || !j->verdicts[i].keep)) continue;
        fold_blanks(j, from, i);
        from = i + 1;
    }
}

/* ---- rounds ---- */

/* Judges what is left; tells whether anything went. */
static bool judge_round(judge *j, const jd_lines *lines) {
    bool more = false;
    score(j, lines);
    decide(j, lines, j->scores);
    spare_runs(j, lines, j->scores);
    settle_blanks(j);
    for (size_t i = 0; i < j->page->block_count; i++) {
        more |= !j->verdicts[i].keep && !j->gone[i];
        j->gone[i] = !j->verdicts[i].keep;
    }
    return more;
}

/* True if what is kept has lost the text's last LF but has a CR, which would then end lines: cleaned again it would be
 * another text. */
static bool changes_lines(const judge *j) {
    const pg_page *page = j->page;
    bool dropped = false, lf = false;
    for (size_t i = 0; i < page->block_count && !lf; i++) {
        const pg_block *b = &page->blocks[i];
        dropped |= !j->verdicts[i].keep;
        lf = j->verdicts[i].keep && b->eol && page->source.ptr[b->end + b->eol - 1] == '\n';
    }
    if (lf || !dropped) return false;
    bool had = memchr(page->source.ptr, '\n', page->source.len);
    for (size_t i = 0; i < page->block_count && had; i++) {
        dh_view v = page->blocks[i].text;
        if (j->verdicts[i].keep && v.len && memchr(v.ptr, '\r', v.len)) return true;
    }
    return false;
}

dh_status jd_text(dh_arena *arena, const pg_page *page, const dh_options *opt, jd_verdict **out, dh_error *err) {
    size_t n = page->block_count;
    jd_lines lines;
    judge j = {.arena = arena, .page = page, .opt = opt};
    dh_status st = jd_lines_read(arena, page, &lines, err);
    if (st) return st;
    j.verdicts = arena_calloc(arena, n + 1, sizeof *j.verdicts);
    j.gone = arena_calloc(arena, n + 1, sizeof *j.gone);
    j.raw = arena_alloc(arena, (lines.count + 1) * sizeof *j.raw);
    j.scores = arena_alloc(arena, (lines.count + 1) * sizeof *j.scores);
    if (!j.verdicts || !j.gone || !j.raw || !j.scores) return arena_error(arena, err);
    for (size_t i = 0; i < n; i++) j.verdicts[i] = (jd_verdict){.keep = true, .score = 1, .reason = "blank line"};
    bool more = judge_round(&j, &lines);
    for (unsigned round = 1; more && round < MAX_ROUNDS; round++) {
        jd_lines_skip(&lines, page, j.gone);
        more = judge_round(&j, &lines);
    }
    if (more || changes_lines(&j)) /* leave it alone */
        for (size_t i = 0; i < n; i++) j.verdicts[i].keep = true;
    *out = j.verdicts;
    return DH_OK;
}

void jd_text_blanks(const pg_page *page, jd_verdict *verdicts) {
    judge j = {.page = page, .verdicts = verdicts};
    settle_blanks(&j);
}
