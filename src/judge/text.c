/* Judges the lines of a text: the models' score of each and their threshold for the text; furniture wording; trailers; and what
 * becomes of the blank lines around what goes. The judge runs on its own output until nothing more goes, so that cleaning
 * twice is cleaning once. */
#include "judge/judge.h"
#include "judge/rules.h"
#include "judge/text_cut.h"
#include "judge/text_score.h"

/* What harming a text costs in drop F1, by dh_focus, when the text's threshold is chosen. Cross-validated on the 598 scraped texts:
 * docs/experiments.md has the table. */
static const float price[] = {[DH_FOCUS_BALANCED] = 0.55f, [DH_FOCUS_PRECISION] = 0.3f, [DH_FOCUS_RECALL] = 1.5f};
/* How much dearer it is in a text that has no furniture wording at all. */
#define WITHOUT_WORDING 2
/* A line of furniture wording stays only above these; one that has it at an end or inside, and one that it is all of. */
static const float phrase_below[] = {[DH_FOCUS_BALANCED] = 0.75f, [DH_FOCUS_PRECISION] = 0.95f, [DH_FOCUS_RECALL] = 0.5f};
static const float whole_below[] = {[DH_FOCUS_BALANCED] = 0.8f, [DH_FOCUS_PRECISION] = 1, [DH_FOCUS_RECALL] = 0.75f};
/* One that begins with "Read also: ..." or its like: the annotated texts keep such now and then, whoever asks for clean ones does not.
 * Indented ones are of manuals and change logs. */
static const float related_below[] = {[DH_FOCUS_BALANCED] = 1, [DH_FOCUS_PRECISION] = 1, [DH_FOCUS_RECALL] = 0.75f};
/* Sentences of so many words, and not more of them, that would go alone need a score below this part of the text's threshold: they would
 * leave a hole. */
#define SENTENCE_WORDS 2
#define LONE_LINES 2
#define LONE_FACTOR 0.15f
#define TRAILER_BELOW 0.4f
/* A line shorter than this is not wrapped. */
#define WRAPPED_BYTES 50
/* Lines that one heading may take along, and their words: titles of other articles. */
#define TRAILER_LINES 12
#define TRAILER_WORDS 20
/* Rounds until nothing changes; a text that still moves then is left as it is. With 4 one text in fifty was, cross-validated. */
#define MAX_ROUNDS 8

typedef struct {
    const jd_models *models;
    const pg_page *page;
    const dh_options *opt;
    jd_verdict *verdicts;
    bool *gone;          /* a flag a block: dropped in a round before */
    jd_text_scores scores;
} judge;

static const char by_model[] = "line model";

/* ---- scores ---- */

static void score(judge *j, const jd_lines *lines) {
    jd_text_score(j->models, lines, &j->scores);
    for (size_t i = 0; i < lines->count; i++) {
        j->verdicts[lines->lines[i].block].score = j->scores.second[i];
        j->verdicts[lines->lines[i].block].reason = by_model;
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

/* Somebody's words in quotes: wording in them speaks for the author. */
static bool is_quote(const jd_line *x) { return x->stats.starts_quote && x->stats.quotes >= 2; }

/* The heading "Comments" between two paragraphs of the author's. */
static bool is_heading(const jd_lines *lines, size_t i) {
    const jd_line *x = &lines->lines[i];
    if (x->hits.line != JD_KIND_COMMENT + 1 || x->stats.words > 1 || !i || i + 1 == lines->count) return false;
    return x[-1].is_long && x[1].is_long;
}

/* The score below which a line of furniture wording goes. */
static float wording_below(const judge *j, const jd_line *x) {
    if (x->hits.start == JD_KIND_RELATED + 1 && !x->indent) return related_below[j->opt->focus];
    return (x->hits.line ? whole_below : phrase_below)[j->opt->focus];
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

static bool dropped_by_model(const judge *j, const jd_line *x) {
    const jd_verdict *v = &j->verdicts[x->block];
    return !v->keep && v->reason == by_model;
}

static bool is_sentence(const jd_line *x) { return x->stats.ends_sentence && x->stats.words >= SENTENCE_WORDS; }

/* Takes back one sentence or two that the models alone would drop, and nothing beside them. */
static void keep_lone_sentences(judge *j, const jd_lines *lines, const float *scores, float below) {
    for (size_t i = 0, end; i < lines->count; i = end) {
        bool sentences = true;
        for (end = i; end < lines->count && dropped_by_model(j, &lines->lines[end]); end++)
            sentences = sentences && is_sentence(&lines->lines[end]);
        for (size_t k = i; sentences && end - i <= LONE_LINES && k < end; k++)
            j->verdicts[lines->lines[k].block].keep = scores[k] >= below * LONE_FACTOR;
        end += end == i;
    }
}

/* The score below which lines of this text go where no wording decides. */
static float text_cut(const judge *j, const jd_lines *lines) {
    float row[JD_TEXT_FEATURES];
    jd_text_row(lines, j->scores.second, row);
    return jd_text_cut(&j->models->text_cut, row, price[j->opt->focus] * (has_wording(lines) ? 1 : WITHOUT_WORDING));
}

static void decide(judge *j, const jd_lines *lines, const float *scores) {
    size_t trailer = 0, wrapped = 0;
    float below = text_cut(j, lines);
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        const char *phrase = jd_phrase_reason(&x->hits);
        if (is_heading(lines, i) || (phrase && is_quote(x))) continue;
        if (phrase && scores[i] < wording_below(j, x)) {
            drop(j, x, phrase);
            if (jd_opens_trailer(&x->hits)) trailer = trailer_end(lines, scores, i);
            if (i >= wrapped) wrapped = sentence_end(j, lines, i); /* else it is the same sentence */
        } else if (i < wrapped) {
            drop(j, x, "wrapped sentence");
        } else if (i < trailer) {
            drop(j, x, "trailer");
        } else if (scores[i] < below) {
            drop(j, x, by_model);
        }
    }
    keep_lone_sentences(j, lines, scores, below);
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
    decide(j, lines, j->scores.second);
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

dh_status jd_text(dh_arena *arena, const jd_models *models, const pg_page *page, const dh_options *opt, jd_verdict **out,
                  dh_error *err) {
    size_t n = page->block_count;
    jd_lines lines;
    bool more = true;
    judge j = {.models = models, .page = page, .opt = opt};
    dh_status st = jd_lines_read(arena, page, &models->words, &lines, err);
    if (!st) st = jd_text_scores_new(arena, &lines, &j.scores, err);
    if (st) return st;
    j.verdicts = arena_calloc(arena, n + 1, sizeof *j.verdicts);
    j.gone = arena_calloc(arena, n + 1, sizeof *j.gone);
    if (!j.verdicts || !j.gone) return arena_error(arena, err);
    for (size_t i = 0; i < n; i++) j.verdicts[i] = (jd_verdict){.keep = true, .score = 1, .reason = "blank line"};
    if (n && page->separated) j.verdicts[0].reason = "separator";
    for (unsigned round = 0; more && round < MAX_ROUNDS; round++) {
        if (round) jd_lines_skip(&lines, page, j.gone);
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
